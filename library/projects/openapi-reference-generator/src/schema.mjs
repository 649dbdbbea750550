import { nameOf } from './document.mjs'

const merged = (schema, follow) => {
  const own = follow(schema) ?? {}
  if (!own.allOf) return own
  const parts = own.allOf.map((part) => merged(part, follow))
  return { ...own, type: 'object', properties: Object.assign({}, ...parts.map(({ properties }) => properties), own.properties), required: [...parts.flatMap(({ required = [] }) => required), ...(own.required ?? [])] }
}

/** A type in words: `array of Review`, `string (date)`, `string or null`. */
export function typeOf(schema, follow) {
  if (nameOf(schema) && follow(schema).type === 'object') return nameOf(schema)
  const { type, format, items, oneOf, anyOf } = merged(schema, follow)
  const choices = oneOf ?? anyOf
  if (choices) return choices.map((one) => typeOf(one, follow)).join(' or ')
  if (type === 'array') return `array of ${typeOf(items ?? {}, follow)}`
  const words = [type ?? 'any'].flat().join(' or ')
  return format ? `${words} (${format})` : words
}

const bounds = { minimum: 'at least', maximum: 'at most', minLength: 'length at least', maxLength: 'length at most', minItems: 'items at least', maxItems: 'items at most', pattern: 'pattern', default: 'default' }

/** Choices and limits in words. */
export function limitsOf(schema, follow) {
  const own = merged(schema, follow)
  return [...(own.enum ? [`one of ${own.enum.map((one) => `\`${one}\``).join(', ')}`] : []), ...Object.entries(bounds).filter(([key]) => own[key] !== undefined).map(([key, words]) => `${words} \`${own[key]}\``)].join('; ')
}

/** The properties with those of inner objects; a schema inside itself is named and not opened again. */
export function rowsOf(schema, follow, path = '', open = []) {
  const own = merged(schema, follow)
  const name = nameOf(schema)
  if (name && open.includes(name)) return []
  const within = name ? [...open, name] : open
  if (own.type === 'array') return rowsOf(own.items ?? {}, follow, `${path}[]`, within)
  return Object.entries(own.properties ?? {}).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key
    return [{ name: at, type: typeOf(value, follow), required: own.required?.includes(key) ?? false, description: [value.description ?? follow(value).description, limitsOf(value, follow)].filter(Boolean).join(' '), schema: value }, ...rowsOf(value, follow, at, within)]
  })
}

/** An example made of the document's own examples; undefined where nothing can be said. */
export function exampleOf(schema, follow, open = []) {
  const own = merged(schema, follow)
  const name = nameOf(schema)
  if (own.example !== undefined) return own.example
  if (own.examples?.length) return own.examples[0]
  if (own.default !== undefined) return own.default
  if (own.enum) return own.enum[0]
  if (name && open.includes(name)) return undefined
  const within = name ? [...open, name] : open
  if (own.type === 'array') return [exampleOf(own.items ?? {}, follow, within)].filter((one) => one !== undefined)
  if (own.properties) return Object.fromEntries(Object.entries(own.properties).map(([key, value]) => [key, exampleOf(value, follow, within)]).filter(([, value]) => value !== undefined))
  return undefined
}
