import { kinds } from '../../contracts/artifact.ts'
import type { FileChange as Change } from '../../db/repository.ts'
import { toDocument, toFiles } from '../../domain/template-files.ts'
import type { TemplateFile } from '../../domain/template-files.ts'
import { fileOf, folderOf, manifestOf, ownsFolder, placeOf } from '../../domain/template-place.ts'
import type { TemplatePlace } from '../../domain/template-place.ts'
import type { FileChange } from '../../providers/git/store.ts'

/**
 * The files that a change of a template writes or takes away. A folder that is the template's own is written anew, so that nothing of what lay there is left;
 * but not by a commit that changed the document alone, as all of them did before there were directories: made again, it is the same.
 */
export function filesOf({ path, artifact, alone = false }: Change): FileChange[] {
  const place = placeOf(path, kinds)
  if (place === undefined || place === 'misplaced' || !ownsFolder(place) || alone) return artifact === undefined ? [{ path, gone: true }] : below(path.slice(0, path.lastIndexOf('/')), toDocument(artifact))
  const folder = folderOf(place)
  return [{ path: folder, gone: true }, ...(artifact === undefined ? [] : below(folder, toFiles(artifact)))]
}

const below = (folder: string, files: readonly TemplateFile[]): FileChange[] => files.map((file) => ({ ...file, path: `${folder}/${file.path}` }))

/** The files of a template's directory that were changed, for the record. One that is called as a document is never named alone: see filesOf. */
export const namedPaths = (place: TemplatePlace, paths: readonly string[]): string[] =>
  paths.length === 1 && paths[0] === fileOf(place) ? [...paths, manifestOf(place)] : [...paths]
