import { readFileSync } from 'node:fs'
import { basename, extname, isAbsolute, join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import type { BodyOf } from '../../client/slipway.ts'
import { type Kind, kinds } from '../../contracts/artifact.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { named, parseContent, wrapExport } from '../../domain/content.ts'
import { isObject, parseJson } from '../../domain/json.ts'
import { CliError } from './exit.ts'

/** npm runs its scripts in the package's folder; a file is meant from where the person is. An address is what it is. */
export const here = (path: string, script = 'slipway'): string =>
  process.env['npm_lifecycle_event'] === script && !isAbsolute(path) && !/^[a-z][a-z+]*:\/\//.test(path) ? join(process.env['INIT_CWD'] ?? '.', path) : path

/** Of --limit. */
export function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1 on.')
  return Number(text)
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : here(path))
  } catch (error) {
    throw new CliError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A file, or with `-` what comes on stdin. */
export const readText = (path: string): string => readBytes(path).toString('utf8')

function readObject(path: string): JsonObject {
  let content: unknown
  try {
    content = parseContent(readText(path))
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${path} is neither JSON nor YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`)
  }
  if (!isObject(content)) throw new CliError(`${path} must hold an object`)
  return content
}

/** `name=text` or `name:=json`, over the values of a file. */
export function variablesOf({ set = [], values }: { set?: string[] | undefined; values?: string | undefined }): JsonObject {
  const fromFile = values === undefined ? {} : readObject(values)
  const single = set.map((pair): [string, Json] => {
    const [, name = '', colon = '', text = ''] = /^([^=:]+)(:?)=(.*)$/s.exec(pair) ?? []
    if (name === '') throw new CliError(`--set ${pair}: write name=text, or name:=json`)
    if (colon === '') return [name, text]
    try {
      return [name, parseJson(text)]
    } catch {
      throw new CliError(`--set ${pair}: what follows := must be JSON`)
    }
  })
  return { ...fromFile, ...Object.fromEntries(single) }
}

export const isFile = (source: string): boolean => source === '-' || /[/\\]|\.(json|ya?ml|tar|tgz|gz)$/i.test(source)

type Import = BodyOf<'importTemplate'>

const isKind = (text: unknown): text is Kind => kinds.some((kind) => kind === text)

/** What a file is imported as: an artifact, a raw n8n or Retell export, or the archive of a project template. */
export function importOf(path: string, given: { kind?: string | undefined; name?: string | undefined; version?: string | undefined }): Import {
  const { kind = /\.(tar|tgz|tar\.gz)$/i.test(path) ? 'project' : undefined, name, version } = given
  if (kind !== undefined && !isKind(kind)) throw new CliError(`There is no kind ${kind}: use ${kinds.join(', ')}`)
  const rest = { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) }
  if (/\.(tar|tgz|tar\.gz)$/i.test(path)) return { kind: 'project', archive: readBytes(path).toString('base64'), ...rest }
  const content = readObject(path)
  const found = kind ?? wrapExport(content)['kind']
  if (!isKind(found)) throw new CliError(`${path} does not say what kind of template it is: add --kind ${kinds.join('|')}`)
  const ownName = wrapExport(content)['name'] ?? named(basename(path, extname(path))).name
  return { kind: found, content, ...(typeof ownName === 'string' && path !== '-' ? { name: ownName } : {}), ...rest }
}
