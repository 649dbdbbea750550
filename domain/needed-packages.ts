import type { ProjectFile } from '../contracts/project.ts'
import { isObject, parseJson } from './json.ts'

type Reader = (content: string) => string[]

const lines = (content: string): string[] => content.split('\n').map((line) => line.replace(/\s*#.*$/, '').trim()).filter((line) => line !== '')
const pythonName = /^([A-Za-z0-9][\w.-]*)/

const packageJson: Reader = (content) => {
  const parsed = parseJson(content)
  const { dependencies, devDependencies } = isObject(parsed) ? parsed : {}
  return [dependencies, devDependencies].flatMap((part) => (isObject(part) ? Object.keys(part) : []))
}

/** PEP 621 lists (`dependencies = ["fastapi>=0.100"]`) and Poetry's table. */
const pyproject: Reader = (content) => {
  const listed = [...content.matchAll(/^dependencies\s*=\s*\[((?:"[^"]*"|'[^']*'|[^\]"'])*)\]/gm)].flatMap(([, list = '']) => [...list.matchAll(/["']([A-Za-z0-9][\w.-]*)/g)].map(([, name = '']) => name))
  const table = /^\[tool\.poetry\.dependencies\]\n([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(content)?.[1] ?? ''
  return [...listed, ...lines(table).flatMap((line) => /^([A-Za-z0-9][\w.-]*)\s*=/.exec(line)?.[1] ?? []).filter((name) => name !== 'python')]
}

const readers: readonly (readonly [RegExp, Reader])[] = [
  [/(^|\/)package\.json$/, packageJson],
  [/(^|\/)requirements([\w.-]*)\.txt$/, (content) => lines(content).filter((line) => !line.startsWith('-')).flatMap((line) => pythonName.exec(line)?.[1] ?? [])],
  [/(^|\/)pyproject\.toml$/, pyproject],
  [/(^|\/)go\.mod$/, (content) => [...content.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[a-z]+\/[^\s]+)\s+v\d/gm)].map(([, name = '']) => name)],
  [/(^|\/)Cargo\.toml$/, (content) => lines(/^\[dependencies\]\n([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(content)?.[1] ?? '').flatMap((line) => /^([\w-]+)\s*=/.exec(line)?.[1] ?? [])],
]

/** The packages that the files of a project name themselves, in their ecosystem's own file. What cannot be read names none. */
export function neededPackages(files: readonly ProjectFile[]): string[] {
  const names = files.filter(({ encoding, templateOnly }) => encoding !== 'base64' && templateOnly !== true).flatMap(({ path, content }) => {
    const [, read] = readers.find(([pattern]) => pattern.test(path)) ?? []
    try {
      return read?.(content) ?? []
    } catch {
      return []
    }
  })
  return [...new Set(names)].filter((name) => name !== '').sort()
}
