import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RenderedFile } from '../../../domain/render-project.ts'
import type { Need } from '../../support/platform.ts'

const isThere = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const python: Need = { isMet: isThere('python3', '-c', 'import sys; sys.exit(sys.version_info < (3, 11))'), without: 'there is no python3 of 3.11 or later: install it' }
export const go: Need = { isMet: isThere('go', 'version'), without: 'there is no go: install it' }
export const bash: Need = { isMet: isThere('bash', '--version'), without: 'there is no bash: install it' }

const mostMs = 120_000
const bin = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url))

interface Ran { isFine: boolean; output: string }

/** Runs a program on a project, with this run's Node first and nothing to fetch from. */
function run(cwd: string, program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { HOME = cwd, PATH = '', TMPDIR, SystemRoot } = process.env
  const own = { PATH: [dirname(process.execPath), bin, PATH].join(delimiter), HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...(SystemRoot === undefined ? {} : { SystemRoot }), CI: '1', npm_config_offline: 'true', GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod', PYTHONDONTWRITEBYTECODE: '1', PIP_NO_INDEX: '1' }
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...own, ...env }, timeout: mostMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ isFine: error === null, output: `${stdout}${stderr}`.slice(-4_000) || String(error ?? '') })
    })
  })
}

const failures = (title: string, { isFine, output }: Ran): string[] => (isFine ? [] : [`${title}: ${output}`])

export const isPython = ({ path }: RenderedFile): boolean => path.endsWith('.py')
export const isGo = ({ path }: RenderedFile): boolean => path.endsWith('.go')
export const isShell = ({ path, content, encoding }: RenderedFile): boolean => encoding === undefined && (/\.(sh|bash)$/.test(path) || /^#!.*\b(ba|da)?sh\b/.test(content))

export const shellProblems = async (files: readonly RenderedFile[], folder: string): Promise<string[]> =>
  (await Promise.all(files.filter(isShell).map(async ({ path }) => failures(path, await run(folder, 'bash', ['-n', path]))))).flat()

const pythonSources = fileURLToPath(new URL('python-sources.py', import.meta.url))
const isPythonTest = /(?:^|\/)tests\/(?:.*\/)?test_[^/]*\.py$/

/** Python that does not compile, and tests that fail. Tests that need packages are not run. */
export async function pythonProblems(files: readonly RenderedFile[], folder: string): Promise<string[]> {
  const read = await run(folder, 'python3', [pythonSources, folder])
  if (!read.isFine) return failures('python', read)
  const { problems, needs } = JSON.parse(read.output) as { problems: string[]; needs: string[] }
  const tests = [...new Set(files.filter(({ path }) => isPythonTest.test(path)).map(({ path }) => /^(.*\/)?tests(?=\/)/.exec(path)?.[0] ?? ''))]
  if (problems.length > 0 || needs.length > 0) return problems
  const ran = await Promise.all(tests.map(async (place) => {
    const top = join(folder, dirname(place))
    const result = await run(top, 'python3', ['-W', 'error::SyntaxWarning', '-m', 'unittest', 'discover', '-s', 'tests', '-v'], { PYTHONPATH: [top, join(top, 'src')].join(delimiter) })
    return /^Ran 0 tests/m.test(result.output) ? [`${place}: no test of unittest is in it`] : failures(place, result)
  }))
  return ran.flat()
}

/** Where a module of Go needs others it is not built, for nothing may be fetched. */
export async function goProblems(files: readonly RenderedFile[], folder: string): Promise<string[]> {
  const modules = files.filter(({ path, content }) => /(^|\/)go\.mod$/.test(path) && !/^\s*require\b/m.test(content)).map(({ path }) => join(folder, dirname(path)))
  const ran = await Promise.all(modules.map(async (top) => [...failures('go vet', await run(top, 'go', ['vet', './...'])), ...failures('go test', await run(top, 'go', ['test', './...']))]))
  return ran.flat()
}

const scriptsOf = (file: string): Record<string, string> => (JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> }).scripts ?? {}
const packageFiles = (files: readonly RenderedFile[]): string[] => files.filter(({ path }) => /(^|\/)package\.json$/.test(path)).map(({ path }) => path)

export const hasPackage = (files: readonly RenderedFile[]): boolean => packageFiles(files).length > 0

/** Projects that speak of DATABASE_URL are tested with one. */
export const needsDatabase = (files: readonly RenderedFile[]): boolean => hasPackage(files) && files.some(({ content, path }) => /\.(m?[jt]s|json)$/.test(path) && content.includes('DATABASE_URL'))

/** Runs `test` of every package.json; a run in which no test of node --test took place fails, too. */
export async function packageProblems(files: readonly RenderedFile[], folder: string, env: Record<string, string> = {}): Promise<string[]> {
  const ran = await Promise.all(packageFiles(files).map(async (path) => {
    const script = scriptsOf(join(folder, path))['test']
    if (script === undefined) return []
    const result = await run(join(folder, dirname(path)), 'sh', ['-c', script], env)
    return /^\S+ tests 0$/m.test(result.output) ? [`${path}: no test ran`] : failures(`${path}: ${script}`, result)
  }))
  return ran.flat()
}
