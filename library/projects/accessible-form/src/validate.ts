import { definition, words } from './definition.ts'
import type { Field } from './definition.ts'

/** As a form sends it: texts; a box that is not ticked is not there. */
export type Values = Readonly<Record<string, string | undefined>>
export interface Mistake { name: string; message: string }

const isDate = (text: string): boolean => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** One address of the usual shape; whether it exists, only a message to it tells. */
const isEmail = (text: string): boolean => /^[^\s@,;<>()]+@[^\s@.,;<>()]+(\.[^\s@.,;<>()]+)+$/.test(text)

/** What is wrong with one field; undefined when it is right. */
export function mistakeIn({ kind, label, required, most }: Field, value: string | undefined): string | undefined {
  // A password is taken as it is typed; around all else, spaces mean nothing.
  const text = kind === 'password' ? (value ?? '') : (value ?? '').trim()
  if (text === '') return required ? (kind === 'checkbox' ? words.unticked(label) : words.missing(label)) : undefined
  switch (kind) {
    case 'email': if (!isEmail(text)) return words.email; break
    case 'tel': if (!/^\+?[\d\s()/-]{4,}$/.test(text)) return words.tel; break
    case 'date': return isDate(text) ? undefined : words.date
    case 'number': return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most ? undefined : words.number(label, most)
    case 'password': if ([...text].length < 12) return words.password; break
    case 'checkbox': return undefined
  }
  return [...text].length > most ? words.tooLong(label, most) : undefined
}

/** All mistakes, in the order of the form. */
export const validate = (values: Values): Mistake[] => definition.flatMap((field) => {
  const message = mistakeIn(field, values[field.name])
  return message === undefined ? [] : [{ name: field.name, message }]
})

/** A refusal of the server's (RFC 9457) as mistakes of fields; what belongs to none stands under ''. */
export function mistakesOf(problem: unknown): Mistake[] {
  const { errors, detail } = (typeof problem === 'object' && problem !== null ? problem : {}) as { errors?: unknown; detail?: unknown }
  const list = Array.isArray(errors) ? (errors as { pointer?: unknown; message?: unknown }[]) : []
  const known = new Set(definition.map(({ name }) => name))
  const mistakes = list.filter(({ message }) => typeof message === 'string').map(({ pointer, message }) => {
    const name = typeof pointer === 'string' ? pointer.replace(/^\//, '') : ''
    return { name: known.has(name) ? name : '', message: String(message) }
  })
  return mistakes.length > 0 ? mistakes : [{ name: '', message: typeof detail === 'string' ? detail : words.broken }]
}
