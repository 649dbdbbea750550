import { parse as parseHtml, parseFragment } from 'parse5'
import { parse as parseCss } from 'postcss'
import { SaxesParser } from 'saxes'
import { parse as parseToml } from 'smol-toml'
import ts from 'typescript'
import { parseAllDocuments } from 'yaml'
import type { RenderedFile } from '../../../domain/render-project.ts'

/** Throws, or answers, what is wrong with a text. */
type Reader = (text: string, path: string) => string[] | undefined

const json: Reader = (text, path) => {
  // The compiler's own files may have comments.
  if (!/(^|\/)[tj]sconfig[^/]*\.json$/.test(path)) return void JSON.parse(text)
  const { error } = ts.parseConfigFileTextToJson(path, text)
  return error ? [ts.flattenDiagnosticMessageText(error.messageText, ' ')] : []
}

const yaml: Reader = (text) => {
  const documents = parseAllDocuments(text)
  return 'empty' in documents ? ['holds no document'] : documents.flatMap(({ errors }) => errors.map(({ message }) => message.split('\n')[0] ?? ''))
}

const xml: Reader = (text) => {
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => { throw error })
  parser.write(text).close()
  return undefined
}

const html: Reader = (text) => {
  const problems: string[] = []
  const onParseError = ({ code, startLine }: { code: string; startLine: number }) => { problems.push(`line ${String(startLine)}: ${code}`) }
  if (/<!doctype|<html/i.test(text)) parseHtml(text, { onParseError, sourceCodeLocationInfo: true })
  else parseFragment(text, { onParseError, sourceCodeLocationInfo: true })
  return [...problems, ...unclosed(text)]
}

const mayStayOpen = new Set('area base br col embed hr img input link meta source track wbr html head body li dt dd p tr td th thead tbody tfoot option optgroup colgroup caption rt rp'.split(' '))

/** HTML's own grammar closes everything somewhere: elements that must be closed are counted. */
function unclosed(text: string): string[] {
  const plain = text.replace(/<!--[\s\S]*?-->|<(script|style|svg|textarea)\b[\s\S]*?<\/\1>/gi, '')
  const counts = new Map<string, number>()
  for (const [, slash, name = '', end] of plain.matchAll(/<(\/?)([a-z][\w-]*)(?:"[^"]*"|'[^']*'|[^'">])*?(\/?)>/gi)) {
    const tag = name.toLowerCase()
    if (!mayStayOpen.has(tag) && end === '') counts.set(tag, (counts.get(tag) ?? 0) + (slash === '' ? 1 : -1))
  }
  return [...counts].filter(([, count]) => count !== 0).map(([tag, count]) => `<${tag}> is ${count > 0 ? 'opened' : 'closed'} once too often`)
}

const css: Reader = (text, path) => void parseCss(text, { from: path })

const csv: Reader = (text) => {
  const unquoted = text.replace(/"(?:[^"]|"")*"/g, 'q')
  if (unquoted.includes('"')) return ['a quotation mark is not closed']
  const widths = unquoted.trimEnd().split(/\r?\n/).map((line) => line.split(',').length)
  return widths.flatMap((width, index) => (width === widths[0] ? [] : [`record ${String(index + 1)} has ${String(width)} fields, the first has ${String(widths[0])}`]))
}

const jsonLines: Reader = (text) => {
  for (const line of text.split('\n')) if (line.trim() !== '') JSON.parse(line)
  return undefined
}

const readers: readonly (readonly [RegExp, Reader])[] = [
  [/\.(json|webmanifest)$/, json], [/\.(jsonl|ndjson)$/, jsonLines], [/\.ya?ml$/, yaml], [/\.toml$/, (text) => void parseToml(text)],
  [/\.(xml|svg)$/, xml], [/\.html?$/, html], [/\.css$/, css], [/\.csv$/, csv],
]

/** Files of data that their own format's parser refuses. */
export const unreadableData = (files: readonly RenderedFile[]): string[] => files.flatMap(({ path, content, encoding }) => {
  const [, read] = encoding === undefined ? readers.find(([pattern]) => pattern.test(path)) ?? [] : []
  try {
    return (read?.(content, path) ?? []).map((problem) => `${path}: ${problem}`)
  } catch (error) {
    return [`${path}: ${error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error)}`]
  }
})

const otherChecks = /\.(md|mdx|js|mjs|cjs|jsx|ts|mts|cts|tsx|py|sh|bash|go)$|(^|\/)(migrations|tests)\/[^/]+\.sql$/
/** Texts in which nothing can be wrong that a parser would find, or whose programs are not at hand. */
const plain = /(^|\/)(\.(git|docker|npm)ignore|\.gitattributes|\.editorconfig|\.nvmrc|\.npmrc|CODEOWNERS|LICENSE|Makefile|Dockerfile|Caddyfile|go\.mod|go\.sum|py\.typed|\.gitkeep)$|\.(txt|example|feature|service|timer)$/

/** Files of kinds that no check reads: a new kind needs a check, or a place in the list above. */
export const unknownKinds = (files: readonly RenderedFile[]): string[] =>
  files.filter(({ path, content, encoding }) => encoding === undefined && !content.startsWith('#!') && !plain.test(path) && !otherChecks.test(path) && !readers.some(([pattern]) => pattern.test(path))).map(({ path }) => `${path}: no check reads files of this kind`)
