import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { check, pairsOf } from './check.mjs'
import { ${{ variables.outputs | join: ", " }} } from './formats.mjs'
import { readThemes } from './tokens.mjs'

const all = readThemes(join(import.meta.dirname, '../tokens'))
const found = check(all)
for (const words of found) console.error(words)
process.exitCode = found.length > 0 ? 1 : 0

const target = process.argv[2]
const write = (name, text) => {
  mkdirSync(dirname(join(target, name)), { recursive: true })
  writeFileSync(join(target, name), text)
}

if (found.length === 0 && target) {
${%- if variables.outputs contains "css" %}
  write('tokens.css', css(all))
${%- endif %}
${%- if variables.outputs contains "typescript" %}
  write('tokens.ts', typescript(all))
${%- endif %}
${%- if variables.outputs contains "android" %}
  for (const [theme, text] of Object.entries(android(all))) write(`android/values${theme === 'dark' ? '-night' : theme === 'light' ? '' : `-${theme}`}/colors.xml`, text)
${%- endif %}
}
if (found.length === 0) console.log(`${Object.keys(all.themes.light).length} tokens in ${Object.keys(all.themes).length} themes, ${pairsOf(all).length} pairs have enough contrast`)
