import { inGamut, toHex } from './color.mjs'
import { resolve } from './tokens.mjs'

const prefix = '${{ variables.prefix }}'
const nameOf = (path) => `--${prefix}-${path.replaceAll('.', '-')}`
const isPublic = (path) => !path.startsWith('palette.')

const written = {
  color: ({ components }) => { const [lightness, chroma, hue] = inGamut(components); return `oklch(${lightness} ${chroma} ${hue})` },
  dimension: ({ value, unit }) => `${value}${unit}`,
  duration: ({ value, unit }) => `${value}${unit}`,
  cubicBezier: (value) => `cubic-bezier(${value.join(', ')})`,
  fontFamily: (value) => [value].flat().map((one) => (/^[a-z-]+$/.test(one) ? one : `"${one}"`)).join(', '),
  fontWeight: String,
}
const cssValue = ({ type, value }) => written[type](value)
const lines = (tokens, paths, indent) => paths.map((path) => `${indent}${nameOf(path)}: ${cssValue(resolve(tokens, path))};`).join('\n')

const selectors = {
  dark: (body) => `@media (prefers-color-scheme: dark) {\n  :root:not([data-theme]) {\n    color-scheme: dark;\n${body('    ')}\n  }\n}\n:root[data-theme='dark'] {\n  color-scheme: dark;\n${body('  ')}\n}`,
  'high-contrast': (body) => `@media (prefers-contrast: more) {\n  :root:not([data-theme]) {\n${body('    ')}\n  }\n}\n:root[data-theme='high-contrast'] {\n${body('  ')}\n}`,
}

/** CSS variables: those of the light theme for all, what differs for each other. The reader's wish decides, unless `data-theme` does. */
export function css({ themes }) {
  const { light, ...others } = themes
  const paths = Object.keys(light).filter(isPublic)
  const blocks = Object.entries(others).map(([name, tokens]) => {
    const changed = paths.filter((path) => cssValue(resolve(tokens, path)) !== cssValue(resolve(light, path)))
    return selectors[name]((indent) => lines(tokens, changed, indent))
  })
  const still = `@media (prefers-reduced-motion: reduce) {\n  :root {\n${paths.filter((path) => resolve(light, path).type === 'duration').map((path) => `    ${nameOf(path)}: 0ms;`).join('\n')}\n  }\n}`
  return `/* Made by npm run build. */\n${[`:root {\n  color-scheme: light;\n${lines(light, paths, '  ')}\n}`, ...blocks, still].join('\n')}\n`
}

/** Names that the compiler knows: a token that is retired breaks the build, not the page. */
export function typescript({ themes }) {
  const entries = Object.entries(themes.light).filter(([path]) => isPublic(path)).map(([path, token]) => `${token.description ? `  /** ${token.description} */\n` : ''}  '${path}': 'var(${nameOf(path)})',`)
  return `/* Made by npm run build. */\nexport const tokens = {\n${entries.join('\n')}\n} as const\nexport type Token = keyof typeof tokens\nexport const themes = ${JSON.stringify(Object.keys(themes))} as const\nexport type Theme = (typeof themes)[number]\n`
}

/** Colours for Android, one file for each theme. */
export const android = ({ themes }) => Object.fromEntries(Object.entries(themes).map(([theme, tokens]) => [theme, `<?xml version="1.0" encoding="utf-8"?>\n<resources>\n${Object.keys(tokens).filter((path) => path.startsWith('color.')).map((path) => `  <color name="${prefix}_${path.replaceAll(/[.-]/g, '_')}">${toHex(resolve(tokens, path).value.components)}</color>`).join('\n')}\n</resources>\n`]))
