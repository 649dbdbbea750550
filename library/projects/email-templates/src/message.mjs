import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inlined } from './inline.mjs'
import { toText } from './text.mjs'
import { filled } from './values.mjs'

const root = join(import.meta.dirname, '..')
const layout = readFileSync(join(root, 'layout/layout.html'), 'utf8')
const css = readFileSync(join(root, 'layout/style.css'), 'utf8')
export const names = readdirSync(join(root, 'messages')).filter((name) => name.endsWith('.html')).map((name) => name.slice(0, -5))

/** A message's head and body as they are written. */
export function source(name) {
  if (!names.includes(name)) throw new Error(`there is no message "${name}": use one of ${names.join(', ')}`)
  const [, head, body] = /^<!--\n([\s\S]*?)\n-->\n([\s\S]*)$/.exec(readFileSync(join(root, 'messages', `${name}.html`), 'utf8'))
  return { ...JSON.parse(head), body }
}

/** A mail ready to be sent. Throws where a value is missing. */
export function message(name, values) {
  const { subject, preview, body } = source(name)
  const content = filled(body, values)
  const line = filled(subject, values, { html: false }).replace(/\s+/g, ' ')
  const page = filled(layout, { subject: line, preview: filled(preview, values, { html: false }), content })
  return { subject: line, html: inlined(page, css), text: `${toText(content)}\n\n--\n${{ variables.product }}\n${{ variables.postal }}\n` }
}
