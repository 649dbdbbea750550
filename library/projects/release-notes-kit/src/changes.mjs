import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** In the order in which readers meet them: what they must do comes first. */
export const kinds = { breaking: 'Before you upgrade', security: 'Security', added: 'New', changed: 'Changed', fixed: 'Fixed', deprecated: 'Will be removed' }
export const audiences = ${{ variables.audiences | json }}
const needed = { breaking: 'Action:', deprecated: 'Until:' }
const hollow = /\b(various|several|minor|improvements? and|bug ?fixes|excited|seamless(ly)?|refactor(ed|ing)?)\b/i

/** A change as its file says it. */
export function parseChange(file, text) {
  const [head = '', ...body] = text.split(/\n\s*\n/)
  const fields = Object.fromEntries(head.split('\n').map((line) => { const at = line.indexOf(':'); return [line.slice(0, at).trim(), line.slice(at + 1).trim()] }))
  return { file, number: /^\d+/.exec(file)?.[0], kind: fields.kind ?? '', title: fields.title ?? '', audience: (fields.audience ?? '').split(',').map((one) => one.trim()).filter(Boolean), body: body.join('\n\n').trim() }
}

/** What is wrong with a change, in sentences. */
export function problems({ file, number, kind, title, audience, body }) {
  const paragraph = needed[kind]
  return [
    ...(number ? [] : ['begin its name with the number of its issue']),
    ...(kind in kinds ? [] : [`kind is "${kind}": use one of ${Object.keys(kinds).join(', ')}`]),
    ...(audience.length > 0 ? [] : [`name an audience: ${audiences.join(', ')}`]),
    ...audience.filter((one) => !audiences.includes(one)).map((one) => `"${one}" is no audience: use ${audiences.join(', ')}`),
    ...(title ? [] : ['give it a title']),
    ...(title.length > 70 ? [`its title has ${title.length} characters: at most 70`] : []),
    ...(/[.!]$/.test(title) ? ['its title ends like a sentence'] : []),
    ...(hollow.test(title) ? [`"${hollow.exec(title)[0]}" tells a reader nothing: say what is different for them`] : []),
    ...(paragraph && !new RegExp(`^${paragraph}\\s+\\S`, 'm').test(body) ? [`a change that is ${kind} needs a paragraph that begins with "${paragraph}"`] : []),
    ...(kind === 'deprecated' && /^Until:/m.test(body) && !/^Until:.*\b(\d{4}-\d{2}-\d{2}|\d+\.\d+)/m.test(body) ? ['"Until:" needs a date or a version'] : []),
  ].map((words) => `changes/${file}: ${words}`)
}

export const readChanges = (folder) => readdirSync(folder).filter((name) => name.endsWith('.md')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((name) => parseChange(name, readFileSync(join(folder, name), 'utf8')))
