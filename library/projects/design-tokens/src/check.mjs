import { contrast } from './color.mjs'
import { problems, resolve } from './tokens.mjs'

/** Each pair of each theme with what it has and what it needs. */
export const pairsOf = ({ themes, rules }) => Object.entries(themes).flatMap(([theme, tokens]) => rules.pairs.map(({ front, back, least }) => {
  const stricter = rules.stricter[theme]
  const needed = stricter && least >= stricter.from ? stricter.least : least
  const [one, other] = [front, back].map((path) => resolve(tokens, path).value.components)
  return { theme, front, back, needed, found: contrast(one, other) }
}))

/** Everything that must not be built. */
export function check(all) {
  const names = Object.fromEntries(Object.entries(all.themes).map(([theme, tokens]) => [theme, Object.keys(tokens)]))
  const broken = Object.entries(all.themes).flatMap(([theme, tokens]) => problems(tokens).map((words) => `${theme}: ${words}`))
  const uneven = Object.entries(names).flatMap(([theme, paths]) => names.light.filter((path) => !paths.includes(path)).map((path) => `${theme}: ${path} is missing`))
  if (broken.length + uneven.length > 0) return [...broken, ...uneven]
  return pairsOf(all).filter(({ found, needed }) => found < needed).map(({ theme, front, back, needed, found }) => `${theme}: ${front} on ${back} has a contrast of ${found.toFixed(2)}, needs ${needed}`)
}
