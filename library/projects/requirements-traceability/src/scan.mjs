import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const id = /\b${{ variables.prefix }}-\d+\b/g
const isTest = (path) => /(\.|_|\/|^)(test|spec)s?[./_]/i.test(path)

/** The requirements that a file names: in tests those in names of tests, in code those after "implements". */
export function scanText(path, text) {
  if (!isTest(path)) {
    return text.split('\n').flatMap((line, index) => {
      const [, rest] = /\bimplements\b(.*)$/.exec(line) ?? []
      return [...(rest ?? '').matchAll(id)].map(([requirement]) => ({ requirement, kind: 'code', target: `${path}:${index + 1}` }))
    })
  }
  return [...text.matchAll(/\b(?:test|it|describe|def|func)\b[\s(]*(['"`]?)(.*?)\1[,(:]/g)].flatMap(([, , name]) => [...name.matchAll(id)].map(([requirement]) => ({ requirement, kind: 'test', target: name })))
}

/** The same for a folder. */
export function scanFolder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(m?[jt]sx?|py|go|java|kt|c|h|cpp|rs|cs)$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name)).sort()
    .flatMap((path) => scanText(path, readFileSync(path, 'utf8')))
}
