import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { check, pairsOf } from '../src/check.mjs'
import { contrast, inGamut, toHex } from '../src/color.mjs'
import { android, css, typescript } from '../src/formats.mjs'
import { flatten, problems, readThemes, resolve } from '../src/tokens.mjs'

const root = join(import.meta.dirname, '..')
const all = readThemes(join(root, 'tokens'))
const [white, black] = [[1, 0, 0], [0, 0, 0]]

test('every theme can be read: nothing is missing, and every pair has its contrast', () => assert.deepEqual(check(all), []))

test('the palette would be readable in any hue, so a new brand colour needs no new tokens', () => {
  for (let hue = 0; hue < 360; hue += 15) {
    const turned = structuredClone(all)
    for (const tokens of Object.values(turned.themes)) for (const [path, token] of Object.entries(tokens)) if (path.startsWith('palette.brand.')) token.value.components[2] = hue
    assert.deepEqual(check(turned), [], `hue ${hue}`)
  }
})

test('contrast is that of WCAG', () => {
  assert.equal(contrast(black, white).toFixed(2), '21.00')
  assert.equal(contrast(white, white), 1)
  assert.equal(toHex(white), '#ffffff')
  assert.equal(toHex([0.62796, 0.25768, 29.234]), '#ff0000')
})

test('what no screen can show loses chroma, and neither lightness nor hue', () => {
  const [lightness, chroma, hue] = inGamut([0.5, 0.37, 195])
  assert.deepEqual([lightness, hue], [0.5, 195])
  assert.ok(chroma < 0.15 && chroma > 0.05)
})

test('a pair without enough contrast is named with its theme', () => {
  const faint = structuredClone(all)
  faint.themes.light['color.text-muted'].value = '{palette.grey.300}'
  assert.match(check(faint)[0], /^light: color\.text-muted on color\.surface has a contrast of \d\.\d\d, needs 4\.5$/)
})

test('a theme that lacks a token is named', () => {
  const odd = { ...all, themes: { ...all.themes, other: Object.fromEntries(Object.entries(all.themes.light).filter(([path]) => path !== 'color.focus')) } }
  assert.deepEqual(check(odd), ['other: color.focus is missing'])
})

test('types are inherited from groups, and references are followed', () => {
  const tokens = flatten({ a: { $type: 'dimension', b: { $value: { value: 1, unit: 'rem' } } }, c: { $value: '{a.b}', $description: 'own' } })
  assert.deepEqual(resolve(tokens, 'c'), { type: 'dimension', value: { value: 1, unit: 'rem' }, description: 'own' })
})

test('dead ends, circles and wrong values are named', () => {
  const of = (tree) => problems(flatten(tree)).join('\n')
  assert.match(of({ a: { $value: '{b}' } }), /a refers to b, which does not exist/)
  assert.match(of({ a: { $value: '{b}' }, b: { $value: '{a}' } }), /a refers to itself: a → b → a/)
  assert.match(of({ a: { $type: 'dimension', $value: '4px' } }), /a is no dimension: "4px"/)
  assert.match(of({ a: { $value: 1 } }), /a is of type nothing/)
  assert.match(of({ a: { $type: 'color', $value: { colorSpace: 'srgb', components: [1, 0, 0] } } }), /a is no color/)
})

test('CSS has every public token once, and other themes only what differs', () => {
  const text = css(all)
  const first = text.slice(0, text.indexOf('}'))
  for (const path of Object.keys(all.themes.light)) assert.equal(first.split(`--${{ variables.prefix }}-${path.replaceAll('.', '-')}:`).length - 1, path.startsWith('palette.') ? 0 : 1, path)
  assert.equal(text.split('--${{ variables.prefix }}-space-4:').length, 2)
  assert.match(text, /prefers-reduced-motion/)
${%- if variables.themes contains "dark" %}
  assert.match(text, /:root\[data-theme='dark'\] \{\n  color-scheme: dark;\n  --${{ variables.prefix }}-color-text: oklch/)
${%- endif %}
})

test('code knows the names, Android the colours', () => {
  assert.match(typescript(all), /'color\.action': 'var\(--${{ variables.prefix }}-color-action\)'/)
  assert.match(android(all).light, /<color name="${{ variables.prefix }}_color_on_action">#[0-9a-f]{6}<\/color>/)
})
${%- if variables.themes contains "high-contrast" %}

test('the high-contrast theme has seven for text', () => {
  assert.ok(pairsOf(all).filter(({ theme, front }) => theme === 'high-contrast' && front === 'color.text').every(({ found }) => found >= 7))
})
${%- endif %}

test('the build writes what was asked for', () => {
  const target = mkdtempSync(join(tmpdir(), 'tokens-'))
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.mjs'), target], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.match(stdout, new RegExp(`${pairsOf(all).length} pairs have enough contrast`))
    assert.equal(readdirSync(target).length, ${{ variables.outputs | size }})
  } finally {
    rmSync(target, { recursive: true })
  }
})
