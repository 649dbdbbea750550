export type Kind = 'text' | 'number' | 'money' | 'date' | 'boolean'
export interface Column { key: string; label: string; kind: Kind }
export type Value = string | number | boolean | null | undefined
export interface Row { id: string; [key: string]: Value }

export const columns: readonly Column[] = [
${%- for column in variables.columns %}
  { key: '${{ column.key }}', label: ${{ column.label | json }}, kind: '${{ column.kind }}' },
${%- endfor %}
]

const locale = '${{ variables.locale }}'
const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
const number = new Intl.NumberFormat(locale)
const money = new Intl.NumberFormat(locale, { style: 'currency', currency: '${{ variables.currency }}' })
// A day is a day wherever it is looked at.
const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })

export const isEmpty = (value: Value): boolean => value === null || value === undefined || value === ''

/** How a cell is shown. */
export function shown(value: Value, { kind }: Column): string {
  if (isEmpty(value)) return ''
  switch (kind) {
    case 'number': return number.format(Number(value))
    case 'money': return money.format(Number(value))
    case 'date': return Number.isNaN(Date.parse(String(value))) ? String(value) : date.format(new Date(String(value)))
    case 'boolean': return value === true ? '✓' : '–'
    case 'text': return String(value)
  }
}

/** Neither is empty. */
export function compare(a: Value, b: Value, { kind }: Column): number {
  if (kind === 'number' || kind === 'money' || kind === 'boolean') return Number(a) - Number(b)
  if (kind === 'date') return Date.parse(String(a)) - Date.parse(String(b))
  return collator.compare(String(a), String(b))
}
