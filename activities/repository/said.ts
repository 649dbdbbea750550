import { kinds } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { DomainError } from '../../contracts/errors.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { wrapExport } from '../../domain/content.ts'
import { isStorable } from '../../domain/hostile.ts'
import { isObject } from '../../domain/json.ts'
import { manifestFile } from '../../domain/manifest.ts'
import { step } from '../../domain/pointer.ts'
import { isLfsPointer } from '../../domain/source-files.ts'
import type { SourceFile } from '../../domain/source-files.ts'
import { contentOf, fromDocument } from '../../domain/template-files.ts'
import { fileOf, folderOf, manifestOf, ownsFolder, templateFile } from '../../domain/template-place.ts'
import type { TemplatePlace } from '../../domain/template-place.ts'
import { standIn } from '../../providers/git/listing.ts'
import type { Entry } from '../../providers/git/listing.ts'
import { contentsOf, entriesAt, fileAt, sizeOf, textOf } from '../../providers/git/store.ts'
import type { File, Store } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { checkedArtifact } from '../check-template.ts'
import { createTally, toSourceFile } from '../source-file.ts'
import { invalid } from '../read-template.ts'
import { limited } from '../time-limit.ts'

/** What is needed to check a template. */
type Checks = Pick<ActivityContext, 'registry'>

/** What a commit has where a template lies: its text, and what that says or why it is no template. No text: it has nothing there. */
export type Said = { text: null } | { text: string; artifact: TemplateArtifact } | { text: string; refusal: DomainError }

/** As one file, as a directory with a manifest, or as files that are no template. */
export type Form = 'none' | 'document' | 'directory' | 'other'

const largest = 16 * 1024 * 1024
const unreadable = (message: string): DomainError => new DomainError('400.content_unreadable', message)

const entriesIn = async (store: Store, commit: string | undefined, place: TemplatePlace): Promise<Entry[]> => (commit === undefined ? [] : entriesAt(store, commit, folderOf(place)))

const formOf = (entries: readonly Entry[], place: TemplatePlace): Form => {
  const has = (path: string): boolean => entries.some((one) => one.path === path)
  return has(manifestOf(place)) ? 'directory' : has(fileOf(place)) ? 'document' : entries.length > 0 ? 'other' : 'none'
}

export const formAt = async (store: Store, commit: string | undefined, place: TemplatePlace): Promise<Form> => formOf(await entriesIn(store, commit, place), place)

/** Reads a template as it is in a commit. `directory`: it was one, so that what is left of it is no template that somebody deleted. */
export async function saidAt(ctx: Checks, store: Store, commit: string | undefined, place: TemplatePlace, directory: boolean): Promise<Said> {
  const entries = ownsFolder(place) ? await entriesIn(store, commit, place) : []
  const form = formOf(entries, place)
  if (form === 'directory' || (form === 'other' && directory)) return readDirectory(ctx, store, place, entries)
  const file = commit === undefined ? undefined : await fileAt(store, commit, fileOf(place))
  if (!file) return { text: null }
  const text = await readText(store, file)
  return attempt(text, () => fromText(ctx, place, text))
}

function attempt(text: string, read: () => TemplateArtifact): Said {
  try {
    return { text, artifact: read() }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { text, refusal: error }
  }
}

/** Only what is a file of text: a symbolic link leads elsewhere in a clone. Nothing of what is none. */
export async function readText(store: Store, { mode, blob }: File): Promise<string> {
  if ((mode !== '100644' && mode !== '100755') || (await sizeOf(store, blob)) > largest) return ''
  const text = await textOf(store, blob)
  return isStorable(text) ? text : ''
}

function fromText(ctx: Checks, place: TemplatePlace, text: string): TemplateArtifact {
  if (text === '') throw unreadable('is no file of text, or an empty one, or larger than 16 MiB')
  const said = limited(() => parsed(text), () => unreadable('takes too long to read'))
  const artifact = checkedArtifact(ctx, place, { content: isObject(said) ? said : text })
  const own = isObject(said) && wrapExport(said) === said ? said : {}
  const wrong = (['kind', 'name'] as const).find((key) => own[key] !== undefined && own[key] !== place[key])
  if (wrong) throw another(`/${wrong}`, place[wrong], fileOf(placeOfOwn(own, place)))
  return artifact
}

/** Undefined where it cannot be: whoever checks it says why. */
function parsed(text: string): Json | undefined {
  try {
    return fromDocument(text)
  } catch {
    return undefined
  }
}

const another = (pointer: string, own: string, path: string): DomainError =>
  new DomainError('400.artifact_schema_invalid', 'The template is another one', { errors: [{ pointer, message: `is not ${own}, whose folder this is: its own is ${path}` }] })

const placeOfOwn = (own: JsonObject, { kind, name }: TemplatePlace): TemplatePlace => ({ kind: kinds.find((one) => one === own['kind']) ?? kind, name: typeof own['name'] === 'string' ? own['name'] : name })

/** Its text is all that it says, as one document; nothing where it is no template. */
async function readDirectory(ctx: Checks, store: Store, place: TemplatePlace, entries: readonly Entry[]): Promise<Said> {
  try {
    const artifact = fromDirectory(ctx, place, await readFiles(store, place, entries))
    return { text: JSON.stringify(contentOf(artifact)), artifact }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return { text: '', refusal: error }
  }
}

async function readFiles(store: Store, place: TemplatePlace, entries: readonly Entry[]): Promise<SourceFile[]> {
  const inside = ({ path }: Entry): string => path.slice(folderOf(place).length + 1)
  const refuse = (all: readonly { path: string; message: string }[]): void => {
    if (all.length > 0) throw invalid(all.map(({ path, message }) => ({ pointer: path === '' ? '' : step(path), message })))
  }
  refuse(entries.flatMap((entry) => {
    const other = standIn(entry)
    return other === undefined ? [] : [{ path: inside(entry), message: `${entry.path} is a ${other}, which is not followed: files and folders only` }]
  }))
  if (!entries.some((entry) => inside(entry) === manifestFile)) refuse([{ path: manifestFile, message: `is missing, so that the folder is no template: to delete the template, delete the whole folder; as one file it is called ${templateFile}` }])
  const tally = createTally('')
  for (const entry of entries) tally(inside(entry), entry.size)
  const contents = await contentsOf(store, entries.map(({ blob }) => blob))
  const files = entries.map((entry, index) => toSourceFile({ path: inside(entry), bytes: contents[index] ?? Buffer.alloc(0), executable: entry.mode === '100755' }))
  refuse(files.flatMap(({ path, content, encoding }) => (encoding === undefined && isLfsPointer(content) ? [{ path, message: `${path} lies in Git LFS, not in the repository` }] : [])))
  return files
}

function fromDirectory(ctx: Checks, place: TemplatePlace, files: SourceFile[]): TemplateArtifact {
  const artifact = checkedArtifact(ctx, { kind: place.kind }, { directory: { files } })
  if (artifact.name !== place.name) throw another(`${step(manifestFile)}/name`, place.name, folderOf({ kind: place.kind, name: artifact.name }))
  return artifact
}
