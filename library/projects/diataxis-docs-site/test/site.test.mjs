import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { check, kinds } from '../src/check.mjs'
import { parsePage, toHtml } from '../src/markdown.mjs'
import { readPages } from '../src/pages.mjs'

const root = join(import.meta.dirname, '..')
const page = (path, text, meta = {}) => {
  const all = { title: 'A', kind: kinds[path.split('/')[0]] ?? 'index', summary: 's', reviewed: '2026-11-01', ...meta }
  return { path, ...parsePage(`---\n${Object.entries(all).map(([key, value]) => `${key}: ${value}`).join('\n')}\n---\n# A\n\n${text}\n`) }
}
const found = (...pages) => check([page('index.md', pages.map(({ path }) => `[to ${path}](${path})`).join(' ')), ...pages]).join('\n')

test('the documentation has no problem', () => assert.deepEqual(check(readPages(join(root, 'docs'))), []))

test('each kind of documentation has a page', () => {
  const present = new Set(readPages(join(root, 'docs')).map(({ meta }) => meta.kind))
  for (const kind of Object.values(kinds)) assert.ok(present.has(kind), kind)
})

for (const [title, made, words] of [
  ['a link that leads nowhere', page('how-to/a.md', '[the guide](b.md)'), /line 3: b\.md leads nowhere/],
  ['an anchor that is not there', page('how-to/a.md', '[the top](#b)'), /has no heading #b/],
  ['a link that says nothing', page('how-to/a.md', '[here](a.md)'), /"here" says not where/],
  ['a page without summary', page('how-to/a.md', 'x', { summary: '' }), /has no summary/],
  ['a page in the wrong folder', page('how-to/a.md', 'x', { kind: 'reference' }), /is reference and lies in how-to/],
  ['a page in no folder', page('a.md', 'x'), /lies in no folder/],
  ['a review date that is none', page('how-to/a.md', 'x', { reviewed: 'lately' }), /write a date/],
  ['a heading that skips a level', page('how-to/a.md', '### B\nx'), /"B" skips a level/],
  ['an anchor that stands twice', page('how-to/a.md', '## B\nx\n## B\ny'), /#b stands twice/],
  ['a title that is not the heading', page('how-to/a.md', 'x', { title: 'B' }), /is called "B"/],
  ['a tutorial that offers choices', page('tutorials/a.md', 'Alternatively, do that.'), /line 3 offers a choice/],
  ['a how-to that teaches', page('how-to/a.md', 'In this tutorial we learn.'), /teaches/],
  ['a reference that instructs', page('reference/a.md', '1. Open it'), /instructs/],
  ['an explanation that instructs', page('explanation/a.md', '1. Run it'), /instructs/],
]) test(`found: ${title}`, () => assert.match(found(made), words))

test('found: a page that no other leads to', () => assert.match(check([page('index.md', 'x'), page('how-to/a.md', 'x')]).join('\n'), /no page leads to it/))

test('links and headings in code are no links and headings', () => {
  assert.equal(found(page('how-to/a.md', '```sh\n# not a heading\n[x](none.md)\n```\n`[y](none.md)`')), '')
})

test('Markdown becomes HTML, and HTML in it stays text', () => {
  assert.equal(toHtml('A **b** `c<d` [e](f.md#g)'), '<p>A <strong>b</strong> <code>c&lt;d</code> <a href="f.html#g">e</a></p>')
  assert.equal(toHtml('<script>'), '<p>&lt;script&gt;</p>')
  assert.match(toHtml('| a | b |\n| --- | --- |\n| c | d |'), /<th scope="col">a<\/th>.*<td>c<\/td>/s)
  assert.match(toHtml('1. a\n\n   ```sh\n   b\n   ```\n\n2. c'), /<ol>\n<li><p>a<\/p>\n<pre tabindex="0"><code class="language-sh">b\n<\/code><\/pre><\/li>\n<li>c<\/li>/)
  assert.match(toHtml('- a\n- b'), /<ul>\n<li>a<\/li>\n<li>b<\/li>\n<\/ul>/)
})

test('the site is built, and its links lead to files', () => {
  const site = mkdtempSync(join(tmpdir(), 'site-'))
  try {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'src/build.mjs'), join(root, 'docs'), site], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    for (const name of readdirSync(site, { recursive: true }).filter((one) => one.endsWith('.html'))) {
      const html = readFileSync(join(site, name), 'utf8')
      assert.match(html, /<html lang="${{ variables.language }}">/)
      for (const [, href] of html.matchAll(/href="([^"#:]+)(?:#[^"]*)?"/g)) assert.ok(existsSync(join(site, dirname(name), href)), `${name}: ${href}`)
    }
  } finally {
    rmSync(site, { recursive: true })
  }
})
