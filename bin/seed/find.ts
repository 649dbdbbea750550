import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cookiecutterFile } from '../../domain/cookiecutter-questions.ts'
import { copierFiles } from '../../domain/copier.ts'
import { manifestFile } from '../../domain/manifest.ts'

/** What may be a template, by its path below the folder; `.` is the folder itself. */
export interface Candidate {
  path: string
  directory: boolean
}

const marks = new Set<string>([manifestFile, cookiecutterFile, ...copierFiles])
const isLeftOut = (name: string): boolean => name.startsWith('.') || name === 'node_modules'

/** Every directory that a template describes, and every YAML or JSON file outside of those, sorted. Symbolic links are not followed. */
export async function findCandidates(folder: string, path = ''): Promise<Candidate[]> {
  const entries = (await readdir(join(folder, path), { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  if (entries.some((entry) => entry.isFile() && marks.has(entry.name))) return [{ path: path || '.', directory: true }]
  const found: Candidate[] = []
  for (const entry of entries) {
    const at = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.isDirectory() && !isLeftOut(entry.name)) found.push(...(await findCandidates(folder, at)))
    else if (entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name)) found.push({ path: at, directory: false })
  }
  return found
}
