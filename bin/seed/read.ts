import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readFolder } from '../../activities/read-directory.ts'
import { readArtifact } from '../../activities/read-template.ts'
import { kind, kinds } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { DomainError } from '../../contracts/errors.ts'
import type { Json } from '../../contracts/json.ts'
import { named, parseContent, wrapExport } from '../../domain/content.ts'
import { isObject } from '../../domain/json.ts'
import { withNormalFiles } from '../../domain/project-files.ts'
import { type Candidate, systemProblem } from './find.ts'
import type { Source } from './source.ts'

export type Read = { path: string } & ({ artifact: TemplateArtifact } | { problem: string } | { ignored: true })

/** One line for people: what is wrong, and where. */
export function reasonOf({ code, message, errors }: Pick<DomainError, 'code' | 'message' | 'errors'>): string {
  const places = errors.filter((one) => one.pointer !== '' && !message.includes(one.message)).slice(0, 3).map((one) => `${one.pointer} ${one.message}`)
  return [`${code}: ${message}`, ...places].join('; ')
}

/** The template in a candidate, or why there is none. What is no template at all is ignored: a library holds other files too. */
export async function readCandidate(source: Source, candidate: Candidate): Promise<Read> {
  const { path } = candidate
  if (candidate.problem !== undefined) return { path, problem: reasonOf(unreadable(candidate.problem)) }
  try {
    const artifact = candidate.directory ? await readDirectory(source, path) : await readDocument(join(source.folder, path))
    return artifact ? { path, artifact: withNormalFiles(artifact) } : { path, ignored: true }
  } catch (error) {
    if (error instanceof DomainError) return { path, problem: reasonOf(error) }
    const problem = systemProblem(error)
    if (problem === undefined) throw error
    return { path, problem: reasonOf(unreadable(`It cannot be read: ${problem}`)) }
  }
}

const unreadable = (message: string): DomainError => new DomainError('400.content_unreadable', message)

async function readDirectory({ folder, name, links }: Source, path: string): Promise<TemplateArtifact> {
  const link = [...links].find((one) => path === '.' || one.startsWith(`${path}/`))
  if (link !== undefined) throw unreadable(`${link} is a symbolic link`)
  const directory = await readFolder(join(folder, path))
  if (!directory) throw unreadable('The directory is gone')
  const pointer = directory.files.find(({ content }) => content.startsWith('version https://git-lfs.github.com/spec/'))
  if (pointer) throw unreadable(`${pointer.path} lies in Git LFS, not in the repository`)
  return readArtifact({ kind: 'project' }, { directory: { ...directory, ...(path === '.' ? { name } : {}) } })
}

const mostBytes = 16 * 1024 * 1024

async function readDocument(file: string): Promise<TemplateArtifact | undefined> {
  if ((await stat(file)).size > mostBytes) throw unreadable('The file is larger than 16 MiB')
  const content = parsed(await readFile(file, 'utf8'))
  if (!isObject(content)) return undefined
  const wrapped = wrapExport(content)
  if (!looksLikeTemplate(wrapped)) return undefined
  const given = kind.safeParse(wrapped['kind'])
  if (!given.success) throw new DomainError('400.artifact_schema_invalid', `The artifact is not valid: /kind must be one of ${kinds.join(', ')}`)
  return readArtifact({ kind: given.data, ...('name' in wrapped ? {} : named(basename(file).replace(/\.\w+$/, ''))) }, { content })
}

function parsed(text: string): Json {
  try {
    return parseContent(text)
  } catch (error) {
    throw unreadable(`The file is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''}`)
  }
}

/** One of our kinds; or somebody's slip in one, with what only templates have. */
const looksLikeTemplate = (content: Record<string, Json>): boolean =>
  kind.safeParse(content['kind']).success || ('kind' in content && ['resources', 'initialization', 'files'].some((key) => key in content))
