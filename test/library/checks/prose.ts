import { posix } from 'node:path'
import type { Delimiters } from '../../../contracts/artifact.ts'
import { defaultDelimiters } from '../../../domain/expressions.ts'
import type { RenderedFile } from '../../../domain/render-project.ts'

type Text = Pick<RenderedFile, 'path' | 'content' | 'encoding'>

const isMarkdown = ({ path }: Text): boolean => /\.(md|mdx)$/.test(path)
const withoutCode = (text: string): string => text.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, 'code').replace(/<!--[\s\S]*?-->/g, '')

/** What a heading is called in an address, as GitHub makes it. */
const slug = (heading: string): string => heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-')

/** A heading's words are in its address, code or not. */
function anchors(text: string): Set<string> {
  const headings = [...text.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => slug(heading))
  const seen = new Map<string, number>()
  const numbered = headings.map((one) => {
    const times = seen.get(one) ?? 0
    seen.set(one, times + 1)
    return times === 0 ? one : `${one}-${String(times)}`
  })
  return new Set([...numbered, ...[...text.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, id = '']) => id)])
}

function targets(text: string): string[] {
  const plain = withoutCode(text)
  return [/\]\(\s*<?([^)\s>]+)>?(?:\s+["'(][^\n]*?["')])?\s*\)/g, /^ {0,3}\[[^\]^][^\]]*\]:\s*<?(\S+?)>?(?:\s|$)/gm, /\b(?:href|src)="([^"]+)"/g].flatMap((pattern) => [...plain.matchAll(pattern)].map(([, target = '']) => target))
}

/** Relative links of Markdown that lead to no file, folder or heading. */
export function deadLinks(files: readonly Text[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const isFolder = (path: string) => path === '.' || files.some((file) => file.path.startsWith(`${path}/`))
  return files.filter(isMarkdown).flatMap(({ path, content }) => targets(content).filter((target) => !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)).flatMap((target) => {
    const [name = '', anchor] = target.split('#')
    const place = name === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(name))).replace(/\/$/, '')
    const linked = byPath.get(place)
    if (linked === undefined && !isFolder(place)) return [`${path}: the link to ${target} is dead`]
    return anchor !== undefined && anchor !== '' && linked && isMarkdown(linked) && !anchors(linked.content).has(anchor.toLowerCase()) ? [`${path}: ${place} has no heading for ${target}`] : []
  }))
}

/** Headings of Markdown with nothing below them. */
export const emptyHeadings = (files: readonly Text[]): string[] => files.filter(isMarkdown).flatMap(({ path, content }) => {
  // Code is content, but a comment in a shell's script is no heading.
  const lines = content.replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm, 'code').split('\n').filter((line) => line.trim() !== '')
  const level = (line: string | undefined): number | undefined => /^(#{1,6})\s/.exec(line ?? '')?.[1]?.length
  return lines.flatMap((line, index) => {
    const [own, next] = [level(line), level(lines[index + 1])]
    return own !== undefined && (index === lines.length - 1 || (next !== undefined && next <= own)) ? [`${path}: nothing stands below "${line}"`] : []
  })
})

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
const tags = 'if|elsif|else|endif|unless|endunless|for|endfor|case|when|endcase|assign|capture|endcapture|comment|endcomment|raw|endraw'

/** Expressions that were left as they are, and texts that somebody meant to write later. */
export const leftovers = (files: readonly Text[], own: Delimiters = defaultDelimiters): string[] => files.filter(({ encoding }) => encoding === undefined).flatMap(({ path, content }) => {
  const patterns = [own, defaultDelimiters].flatMap(({ output, tag }) => [
    new RegExp(`${escaped(output[0])}-?[^\\n]{0,200}?\\bvariables\\.\\w+`),
    new RegExp(`${escaped(tag[0])}-?\\s*(?:${tags})\\b`),
  ])
  const later = [/\blorem ipsum\b/i, /(?:#|\/\/|\/\*|--|<!--)\s*(?:TODO|FIXME|XXX)\b/]
  return [...new Set([...patterns, ...later].flatMap((pattern) => pattern.exec(content)?.[0] ?? []))].map((found) => `${path}: holds ${JSON.stringify(found)}`)
})
