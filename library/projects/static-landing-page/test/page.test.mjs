import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve } from '../tools/serve.mjs'

const root = join(import.meta.dirname, '..')
const site = join(root, 'site')
const pages = readdirSync(site).filter((name) => name.endsWith('.html')).map((name) => ({ name, html: readFileSync(join(site, name), 'utf8') }))
const css = readFileSync(join(site, 'style.css'), 'utf8')
const all = (html, pattern) => [...html.matchAll(pattern)]

for (const { name, html } of pages) {
  test(`${name}: headings begin with one of the first level and skip none`, () => {
    const levels = all(html, /<h([1-6])/g).map(([, level]) => Number(level))
    assert.equal(levels.filter((level) => level === 1).length, 1)
    levels.forEach((level, index) => assert.ok(level <= (levels[index - 1] ?? 0) + 1, `h${level} follows h${levels[index - 1]}`))
  })

  test(`${name}: has language, title, description, and the skip link first`, () => {
    assert.match(html, /^<!doctype html>\n<html lang="[a-z]{2}">/)
    assert.match(html, /<title>.{5,140}<\/title>/)
    assert.match(html, /<meta name="description" content="[^"]{3,200}">/)
    assert.equal(/<a [^>]*>/.exec(html.slice(html.indexOf('<body>')))[0], '<a class="skip" href="#content">')
  })

  test(`${name}: ids stand once, and anchors, names and labels lead to them`, () => {
    const ids = all(html, / id="([^"]+)"/g).map(([, id]) => id)
    assert.equal(new Set(ids).size, ids.length)
    const named = all(html, / (?:for|aria-labelledby|aria-describedby)="([^"]+)"| href="#([^"]+)"/g).map(([, one, other]) => one ?? other)
    for (const id of named) assert.ok(ids.includes(id), id)
  })

  test(`${name}: every field has a label and says what fills it, every section a name`, () => {
    for (const [tag, id] of all(html, /<input id="([^"]+)"[^>]*>/g)) assert.ok(html.includes(`<label for="${id}">`) && tag.includes('autocomplete='))
    for (const [tag] of all(html, /<section[^>]*>/g)) assert.match(tag, /aria-labelledby=/)
  })

  test(`${name}: every file that is named exists, and nothing comes from elsewhere`, () => {
    const loaded = all(html, /<(?:link rel="(?:stylesheet|icon)"|img|script|iframe)[^>]* (?:href|src)="([^"]+)"/g).map(([, target]) => target)
    const linked = all(html, /<a [^>]*href="([^"#:]+)"/g).map(([, target]) => target)
    for (const target of [...loaded, ...linked]) assert.ok(existsSync(join(site, target)), target)
    assert.ok(!/<script/.test(html))
  })
}

test('the page and its style are light', () => {
  const bytes = ['index.html', 'style.css', 'icon.svg'].reduce((sum, name) => sum + statSync(join(site, name)).size, 0)
  assert.ok(bytes < 30_000, `${bytes} bytes`)
  assert.ok(!/@import|url\(/.test(css))
})

/** OKLCH to luminance, clipped to what screens show. */
function luminance([lightness, chroma, hue]) {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
  const [l, m, s] = [lightness + 0.3963377774 * a + 0.2158037573 * b, lightness - 0.1055613458 * a - 0.0638541728 * b, lightness - 0.0894841775 * a - 1.291485548 * b].map((value) => value ** 3)
  const [red, green, blue] = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s].map((value) => Math.min(1, Math.max(0, value)))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const contrast = (one, other) => { const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b); return (bright + 0.05) / (dark + 0.05) }
const [light, dark] = all(css, /:root \{([^}]*)\}/g).map(([, block]) => (hue) => Object.fromEntries(all(block, /--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([^)]*\)?)\)/g).map(([, name, lightness, chroma]) => [name, [Number(lightness), Number(chroma), hue]])))
const pairs = [['text', 'back', 4.5], ['text', 'raised', 4.5], ['soft', 'back', 4.5], ['accent', 'back', 4.5], ['accent', 'raised', 4.5], ['on-accent', 'accent', 4.5], ['soft', 'raised', 4.5]]

for (const [name, theme] of Object.entries({ light, dark })) {
  test(`${name}: text can be read, whatever the hue`, () => {
    for (let hue = 0; hue < 360; hue += 10) for (const [front, back, least] of pairs) assert.ok(contrast(theme(hue)[front], theme(hue)[back]) >= least, `${front} on ${back} at ${hue}`)
  })
}

test('who wishes no motion gets none', () => {
  const outside = css.replace(/@media \(prefers-reduced-motion: no-preference\) \{.*\}/, '')
  assert.ok(!/transition|animation|scroll-behavior/.test(outside))
})

test('the build names files by their content, and pages find them', () => {
  const dist = mkdtempSync(join(tmpdir(), 'landing-'))
  try {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/build.mjs'), site, dist], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    const html = readFileSync(join(dist, 'index.html'), 'utf8')
    const [, style] = /<link rel="stylesheet" href="(style\.[0-9a-f]{10}\.css)">/.exec(html)
    assert.ok(existsSync(join(dist, style)))
    assert.ok(existsSync(join(dist, 'card.svg')))
    assert.match(readFileSync(join(dist, '_headers'), 'utf8'), new RegExp(`/${style}\n  Cache-Control: public, max-age=31536000, immutable`))
    assert.equal(all(readFileSync(join(dist, 'sitemap.xml'), 'utf8'), /<loc>/g).length, pages.length)
  } finally {
    rmSync(dist, { recursive: true })
  }
})

test('the server shows the site and nothing outside of it', async () => {
  const server = serve(site).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const get = (path) => fetch(`http://127.0.0.1:${server.address().port}${path}`)
  try {
    assert.match(await (await get('/')).text(), /<h1/)
    assert.equal((await get('/style.css')).headers.get('content-type'), 'text/css; charset=utf-8')
    assert.equal((await get('/%2e%2e/package.json')).status, 404)
    assert.equal((await get('/..%2fpackage.json')).status, 404)
  } finally {
    server.close()
  }
})
