const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')

/** Markup that is safe: only `html` makes it. */
class Markup {
  constructor(text) { this.text = text }
  toString() { return this.text }
}

const printed = (value) => {
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(printed).join('')
  return value === undefined || value === null || value === false ? '' : escape(value)
}

/** A template: what is put in is escaped, unless it comes from a template itself. */
export const html = (strings, ...values) => new Markup(strings.reduce((text, part, index) => text + printed(values[index - 1]) + part))
