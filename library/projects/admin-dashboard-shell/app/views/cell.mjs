const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })
const number = new Intl.NumberFormat('en')

/** A value as people read it. */
export function shown(type, value) {
  if (value === undefined || value === null || value === '') return '–'
  if (type === 'number') return number.format(value)
  if (type === 'date') { const day = new Date(value); return Number.isNaN(day.getTime()) ? String(value) : date.format(day) }
  return String(value)
}
