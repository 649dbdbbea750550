import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { types } from 'node:util'
import { cookiecutterFile } from '../../domain/cookiecutter-questions.ts'
import { copierFiles } from '../../domain/copier.ts'
import { manifestFile } from '../../domain/manifest.ts'

/** What may be a template, by its path below the folder; `.` is the folder itself. */
export interface Candidate {
  path: string
  directory: boolean
  /** Why nothing below it was found. */
  problem?: string
}

const marks = new Set<string>([manifestFile, cookiecutterFile, ...copierFiles])
const isLeftOut = (name: string): boolean => name.startsWith('.') || name === 'node_modules'

/** What the system says when a file or folder cannot be read, without where it lies; undefined of any other error. */
export const systemProblem = (error: unknown): string | undefined => (types.isNativeError(error) && 'syscall' in error ? error.message.split(', ')[0] : undefined)

/** Every directory that a template describes, and every YAML or JSON file outside of those, sorted; and every folder that cannot be read. Symbolic links are not followed. */
export async function findCandidates(folder: string, path = ''): Promise<Candidate[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((error: unknown) => systemProblem(error) ?? Promise.reject(error))
  if (typeof entries === 'string') {
    if (path === '') throw new Error(`${folder} cannot be read: ${entries}`)
    return [{ path, directory: true, problem: `The folder cannot be read: ${entries}` }]
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  if (entries.some((entry) => entry.isFile() && marks.has(entry.name))) return [{ path: path || '.', directory: true }]
  const found: Candidate[] = []
  for (const entry of entries) {
    const at = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.isDirectory() && !isLeftOut(entry.name)) found.push(...(await findCandidates(folder, at)))
    else if (entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name)) found.push({ path: at, directory: false })
  }
  return found
}
