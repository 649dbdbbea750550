import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every token by its path; the type comes from the nearest group that has one. */
export function flatten(tree, path = [], inherited = undefined) {
  const type = tree.$type ?? inherited
  if ('$value' in tree) return { [path.join('.')]: { type, value: tree.$value, description: tree.$description } }
  return Object.assign({}, ...Object.entries(tree).filter(([name, one]) => !name.startsWith('$') && isObject(one)).map(([name, one]) => flatten(one, [...path, name], type)))
}

/** The value behind references such as `{palette.brand.600}`; names each circle and each dead end. */
export function resolve(tokens, path, seen = []) {
  if (seen.includes(path)) throw new Error(`${seen[0]} refers to itself: ${[...seen, path].join(' → ')}`)
  const token = tokens[path]
  if (token === undefined) throw new Error(`${seen.at(-1) ?? 'somebody'} refers to ${path}, which does not exist`)
  const [, target] = typeof token.value === 'string' ? /^\{([^}]+)\}$/.exec(token.value) ?? [] : []
  return target === undefined ? token : { ...resolve(tokens, target, [...seen, path]), description: token.description }
}

const isNumbers = (value, count) => Array.isArray(value) && value.length === count && value.every(Number.isFinite)
const valid = {
  color: (value) => value?.colorSpace === 'oklch' && isNumbers(value.components, 3) && value.components[0] >= 0 && value.components[0] <= 1,
  dimension: (value) => Number.isFinite(value?.value) && ['px', 'rem'].includes(value.unit),
  duration: (value) => Number.isFinite(value?.value) && ['ms', 's'].includes(value.unit),
  cubicBezier: (value) => isNumbers(value, 4),
  fontFamily: (value) => [value].flat().every((one) => typeof one === 'string' && one !== ''),
  fontWeight: (value) => Number.isInteger(value) && value >= 1 && value <= 1000,
}

/** What is wrong with a set of tokens, in sentences. */
export const problems = (tokens) => Object.keys(tokens).flatMap((path) => {
  try {
    const { type, value } = resolve(tokens, path)
    if (!(type in valid)) return [`${path} is of type ${type ?? 'nothing'}: use one of ${Object.keys(valid).join(', ')}`]
    return valid[type](value) ? [] : [`${path} is no ${type}: ${JSON.stringify(value)}`]
  } catch (error) {
    return [error.message]
  }
})

/** The themes of a folder, each with all its tokens. */
export function readThemes(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const base = flatten(read('base.json'))
  const names = readdirSync(folder).flatMap((file) => /^theme\.([\w-]+)\.json$/.exec(file)?.[1] ?? [])
  return { base, themes: Object.fromEntries(names.sort((a, b) => Number(b === 'light') - Number(a === 'light')).map((name) => [name, { ...base, ...flatten(read(`theme.${name}.json`)) }])), rules: read('contrast.json') }
}
