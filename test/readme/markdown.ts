import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Block {
  /** The heading of its `##` section. */
  section: string
  language: string
  text: string
}

/** The fenced blocks of a page, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let section = ''
  let open: Block | undefined
  for (const line of markdown.split('\n')) {
    const fence = /^```(\w*)$/.exec(line)
    if (open && fence) {
      blocks.push(open)
      open = undefined
    } else if (open) open.text += `${line}\n`
    else if (fence) open = { section, language: fence[1] ?? '', text: '' }
    else section = /^## (.*)$/.exec(line)?.[1] ?? section
  }
  return blocks
}

const varying = [
  ['…', '[\\s\\S]*?'],
  ['[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  ['\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'],
  ['127\\.0\\.0\\.1:\\d+'],
  ['\\s+'],
] as const

/** Matches what looks like a shown output: ids, times and ports may differ, and `…` stands for anything. */
export function shapeOf(shown: string): RegExp {
  const split = new RegExp(`(${varying.map(([pattern]) => pattern).join('|')})`)
  const parts = shown.trim().split(split).map((part) => {
    const kind = varying.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(part))
    return kind ? (kind[1] ?? kind[0]) : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`)
}

/** Links and paths in backticks of a page that lead nowhere. `dist/` is built. */
export function missingFiles(page: string, markdown: string, root: string): string[] {
  const links = [...markdown.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, path = '']) => join(dirname(page), path))
  const named = [...markdown.matchAll(/`((?!dist\/)[\w.-]+\/[\w./-]+\.(?:ts|yml|json|md|yaml))`/g)].map(([, path = '']) => path)
  return [...links, ...named].filter((path) => !existsSync(join(root, path)))
}
