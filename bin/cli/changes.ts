import type { Change } from '../../client/slipway.ts'
import { plain, styled } from './text.ts'

const marks = {
  create: ['+', 'green'], update: ['~', 'yellow'], replace: ['±', 'magenta'], delete: ['-', 'red'], unchanged: [' ', 'dim'], unknown: ['?', 'cyan'],
} as const satisfies Record<Change['action'], readonly [string, string]>

const shown = (value: unknown): string => {
  const text = value === undefined ? '—' : plain(JSON.stringify(value))
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}

/** The change list of a plan, one resource a line and its fields below, in colour where the stream has it. */
export function changeList(changes: readonly Change[], stream: NodeJS.WritableStream): string {
  const lines = changes.flatMap(({ provider, type, name, action, fields = [], adopted, reason, notes = [] }) => {
    const [mark, colour] = marks[action]
    const aside = [adopted ? 'exists already and is taken over' : undefined, reason].filter((text) => text !== undefined)
    return [
      styled(stream, colour, `${mark} ${plain(`${provider} ${type} ${name}`)} ${action}${aside.length > 0 ? ` (${plain(aside.join('; '))})` : ''}`),
      ...fields.map(({ field, from, to }) => styled(stream, 'dim', `    ${plain(field)}: ${shown(from)} → ${shown(to)}`)),
      ...notes.map((note) => `    ${plain(note)}`),
    ]
  })
  const counts = Object.entries(Object.groupBy(changes, ({ action }) => action)).map(([action, some]) => `${String(some.length)} ${action}`)
  return [...lines, counts.length > 0 ? counts.join(', ') : 'nothing to do'].join('\n')
}
