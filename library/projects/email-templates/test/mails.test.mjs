import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inlined, parseCss, styleOf } from '../src/inline.mjs'
import { message, names, source } from '../src/message.mjs'
import { toText } from '../src/text.mjs'
import { filled } from '../src/values.mjs'

const root = join(import.meta.dirname, '..')

for (const name of names) {
  const { example, subject, preview, body } = source(name)
  const mail = message(name, example)

  test(`${name}: subject, preview and size fit`, () => {
    assert.ok(mail.subject.length <= 60 && subject.length > 5, mail.subject)
    assert.ok(preview.length <= 110 && !preview.startsWith(mail.subject))
    assert.ok(Buffer.byteLength(mail.html) < 102_000)
  })

  test(`${name}: nothing is left to be filled in, and each value is used`, () => {
    assert.ok(!/\{\{|\}\}|undefined|null|NaN/.test(mail.html + mail.text + mail.subject))
    for (const key of Object.keys(example)) assert.ok(new RegExp(`\\{\\{[#&]? ?${key}\\b`).test(subject + preview + body), key)
  })

  test(`${name}: a missing value stops the mail`, () => {
    for (const key of Object.keys(example)) assert.throws(() => message(name, { ...example, [key]: undefined }), new RegExp(`needs a value for "${key}"`))
  })

  test(`${name}: styles are inline, tables are layout or have headings, one thing to do`, () => {
    for (const [, tag] of mail.html.matchAll(/<(p|h1|a|td)(?![^>]* style=)[^>]*>/g)) assert.fail(`<${tag}> without a style`)
    for (const [table] of mail.html.matchAll(/<table[^>]*>/g)) assert.ok(table.includes('role="presentation"') || mail.html.includes('<th scope="col"'), table)
    assert.equal(mail.html.match(/class="button"/g).length, 1)
    assert.ok(!/<(script|form|iframe|link)\b|position:|display: ?(flex|grid)/.test(mail.html))
    for (const [image] of mail.html.matchAll(/<img[^>]*>/g)) assert.match(image, / alt="/)
  })

  test(`${name}: the text part has every word that matters and the link`, () => {
    assert.ok(!/<[a-z]/.test(mail.text))
    assert.ok(mail.text.includes(example.link))
    assert.match(mail.text, /^[^\n]+\n=+\n/)
  })
}

test('values are escaped, never read as places, and links must be https', () => {
  assert.equal(filled('<p>{{ a }}</p>', { a: '<b>&"' }), '<p>&lt;b&gt;&amp;&quot;</p>')
  assert.equal(filled('{{ a }}', { a: '{{ b }}', b: 'x' }), '{{ b }}')
  assert.equal(filled('{{#l}}{{ a }}{{ b }};{{/l}}', { l: [{ a: 1 }, { a: 2 }], b: 0 }), '10;20;')
  assert.throws(() => filled('{{#l}}x{{/l}}', { l: 'text' }), /must be a list/)
  for (const link of ['javascript:alert(1)', 'http://a.example', '//a.example']) assert.throws(() => filled('<a href="{{ l }}">', { l: link }), /must be a link/)
})

test('a line end in a value cannot begin a new header', () => {
  const [name] = names
  const { example } = source(name)
  assert.ok(!/[\r\n]/.test(message(name, Object.fromEntries(Object.entries(example).map(([key, value]) => [key, typeof value === 'string' && key !== 'link' ? `${value}\r\nBcc: x` : value]))).subject))
})

test('stronger rules win, later ones among equals, and an own style over all', () => {
  const { rules } = parseCss('.a { color: red; margin: 0 } p { color: blue; padding: 1px } p.a { color: green } .a { margin: 2px }')
  assert.equal(styleOf(rules, 'p', ['a']), 'padding: 1px; margin: 2px; color: green')
  assert.equal(styleOf(rules, 'p', ['a'], 'color: black'), 'padding: 1px; margin: 2px; color: black')
  assert.equal(styleOf(rules, 'td', []), '')
})

test('a selector that cannot be put inline is refused', () => {
  for (const selector of ['.a > p', '#id', 'a:hover', '*']) assert.throws(() => parseCss(`${selector} { color: red }`), /cannot be put inline/)
})

test('media queries stay in the head, comments go', () => {
  const html = inlined('<html><head></head><body><p class="a">x</p></body></html>', '/* c */ .a { color: red } @media (max-width: 1px) { .a { color: blue } .b { top: 0 } }')
  assert.equal(html, '<html><head><style>\n@media (max-width: 1px) { .a { color: blue } .b { top: 0 } }\n</style>\n</head><body><p class="a" style="color: red">x</p></body></html>')
})

test('the text of a table is one line for each row', () => {
  assert.equal(toText('<table><tr><td>a</td><td>1</td></tr><tr><td>b &amp; c</td><td>2</td></tr></table>'), 'a  1\nb & c  2')
})

test('white can be read on the accent', () => {
  const [, accent] = /a\.button \{[^}]*background: (#[0-9a-f]{6})/.exec(readFileSync(join(root, 'layout/style.css'), 'utf8'))
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(accent.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  const contrast = 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
  assert.ok(contrast >= 4.5, `${accent} has ${contrast.toFixed(2)}`)
})

test('an unknown message is refused, with those that exist', () => assert.throws(() => message('nothing', {}), new RegExp(`use one of ${names[0]}`)))

test('the build writes each message twice', () => {
  const target = mkdtempSync(join(tmpdir(), 'mails-'))
  try {
    assert.equal(spawnSync(process.execPath, [join(root, 'src/build.mjs'), target]).status, 0)
    assert.equal(readdirSync(target).length, names.length * 2)
  } finally {
    rmSync(target, { recursive: true })
  }
})
