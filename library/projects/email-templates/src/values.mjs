const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')

function valueOf(values, name) {
  const value = values[name]
  if (value === undefined || value === null || value === '') throw new Error(`the mail needs a value for "${name}"`)
  return value
}

function linkOf(values, name) {
  const link = String(valueOf(values, name))
  if (!/^https:\/\//.test(link)) throw new Error(`"${name}" must be a link that begins with https://`)
  return link
}

function listOf(values, name) {
  const list = valueOf(values, name)
  if (!Array.isArray(list)) throw new Error(`"${name}" must be a list`)
  return list
}

const places = /\{\{#(?<list>\w+)\}\}(?<part>[\s\S]*?)\{\{\/\k<list>\}\}|href="\{\{ (?<link>\w+) \}\}"|\{\{(?<raw>&?) (?<name>\w+) \}\}/g

/** Puts values into a text in one pass, so that a value is never read as a place: `{{ name }}` escaped, `{{& name }}` as it is, `{{#list}}…{{/list}}` for each. */
export function filled(template, values, { html = true } = {}) {
  return template.replace(places, (...found) => {
    const { list, part, link, raw, name } = found.at(-1)
    if (list !== undefined) return listOf(values, list).map((one) => filled(part, { ...values, ...one }, { html })).join('')
    if (link !== undefined) return `href="${escape(linkOf(values, link))}"`
    const text = String(valueOf(values, name))
    return html && raw === '' ? escape(text) : text
  })
}
