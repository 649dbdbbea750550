import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { html } from '../app/html.mjs'
import { resources } from '../app/resources.mjs'
import { nextSort, pageSize, readQuery, view, writeQuery } from '../app/table.mjs'
import { errorView, homeView } from '../app/views/home.mjs'
import { ${% unless variables.readOnly %}checkForm, ${% endunless %}itemView } from '../app/views/item.mjs'
import { listView } from '../app/views/list.mjs'
import { exampleRows } from '../tools/data.mjs'
import { createApp } from '../tools/serve.mjs'

const [resource, settings] = Object.entries(resources)[0]
const { columns } = settings
const rows = exampleRows(resource, pageSize + 3)
const all = { filter: '', sort: '', page: 1 }
const text = (shown) => String(shown.body)

test('what is put into a template is escaped, templates are not', () => {
  assert.equal(String(html`<b title="${'"<&\''}">${html`<i>${'<'}</i>`}${[1, html`<u></u>`]}${undefined}${false}</b>`), '<b title="&quot;&lt;&amp;&#39;"><i>&lt;</i>1<u></u></b>')
})

test('a list cannot be made to run what stands in its data', () => {
  const shown = text(listView(resource, settings, [{ id: '"><script>', name: '<img onerror=alert(1)>' }], { ...all, filter: '' }))
  assert.ok(!/<script|<img/.test(shown))
})

test('every word of a filter must be found, in any column and case', () => {
  const some = [{ name: 'Amber Birch', state: 'open' }, { name: 'Amber Dune', state: 'closed' }]
  assert.deepEqual(view(some, columns, { ...all, filter: ' AMBER open ' }).rows, [some[0]])
  assert.equal(view(some, columns, { ...all, filter: 'amber elm' }).total, 0)
})

test('numbers are sorted as numbers, names as people do, and gaps come last either way', () => {
  const some = [{ amount: 10 }, { amount: null }, { amount: 9 }]
  assert.deepEqual(view(some, columns, { ...all, sort: 'amount' }).rows.map(({ amount }) => amount), [9, 10, null])
  assert.deepEqual(view(some, columns, { ...all, sort: '-amount' }).rows.map(({ amount }) => amount), [10, 9, null])
  assert.deepEqual(view([{ id: 'A-10' }, { id: 'a-9' }], columns, { ...all, sort: 'id' }).rows.map(({ id }) => id), ['a-9', 'A-10'])
})

test('sorting goes up, down, and back to how it was', () => {
  assert.deepEqual([nextSort('', 'a'), nextSort('a', 'a'), nextSort('-a', 'a'), nextSort('b', 'a')], ['a', '-a', '', 'a'])
})

test('a page that is not there is the last one', () => {
  assert.deepEqual([view(rows, columns, all).rows.length, view(rows, columns, { ...all, page: 99 }).page, view([], columns, all).pages], [pageSize, 2, 1])
})

test('the address keeps the table, and nonsense in it does no harm', () => {
  const query = { filter: 'a&b', sort: '-amount', page: 3 }
  assert.deepEqual(readQuery(writeQuery(query), columns), query)
  assert.equal(writeQuery(all), '')
  assert.deepEqual(readQuery('?sort=nothing&page=-1', columns), all)
})

test('the list says how it is sorted, how many there are, and where else they are', () => {
  const shown = listView(resource, settings, rows, { ...all, sort: 'name' })
  assert.equal(text(shown).match(/aria-sort="ascending"/g).length, 1)
  assert.match(shown.status, new RegExp(`^${rows.length} .*, page 1 of 2$`))
  assert.match(text(shown), /<nav class="pages" aria-label="Pages"><span>Page 1 of 2<\/span><a href="#\/[\w-]+\?sort=name&amp;page=2">Next<\/a><\/nav>/)
  assert.equal(text(shown).match(/<th scope="row">/g).length, pageSize)
})

test('an empty list says why, and leads out', () => {
  assert.match(text(listView(resource, settings, rows, { ...all, filter: 'zzz' })), /Nothing matches “zzz”.*data-clear/)
  assert.match(text(listView(resource, settings, [], all)), /There are no .* yet/)
})

test('each view begins with one heading that can take the focus', () => {
  const views = [listView(resource, settings, rows, all), itemView(resource, settings, rows[0]), homeView(resources, () => rows), errorView('It broke.')]
  for (const shown of views) {
    assert.equal(text(shown).match(/<h1 tabindex="-1">/g).length, 1)
    assert.ok(shown.title && shown.status)
  }
})
${%- unless variables.readOnly %}

test('what was typed is checked field by field', () => {
  assert.deepEqual(checkForm(columns, { name: ' Elm ', state: 'open', amount: '12.5' }), { errors: {}, patch: { name: 'Elm', state: 'open', amount: 12.5 } })
  assert.deepEqual(checkForm(columns, { name: 'Elm', state: 'open', amount: '' }).patch.amount, null)
  const { errors } = checkForm(columns, { name: '', state: 'lost', amount: '-1' })
  assert.deepEqual(Object.keys(errors), ['name', 'state', 'amount'])
  assert.match(checkForm(columns, { name: 'x'.repeat(81), amount: 'ten' }).errors.name, /has 81 characters/)
  assert.match(checkForm(columns, { name: 'x', amount: 'ten' }).errors.amount, /in digits/)
})

test('an error stands at its field, and what was typed stays', () => {
  const shown = itemView(resource, settings, rows[0], { values: { name: '', amount: 'ten' }, errors: { name: 'Enter name' } })
  assert.match(text(shown), /aria-describedby="name-error" aria-invalid="true"><\/p><p class="error" id="name-error">Enter name/)
  assert.match(text(shown), /value="ten"/)
  assert.match(shown.title, /^Error: /)
  for (const [, id] of text(shown).matchAll(/<(?:input|select) id="([^"]+)"/g)) assert.ok(text(shown).includes(`<label for="${id}">`))
})
${%- endunless %}

async function serving(use) {
  const server = createApp().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    return await use((path, options) => fetch(`http://127.0.0.1:${server.address().port}${path}`, options))
  } finally {
    server.close()
  }
}

test('the server has the interface, all its modules, and each resource', () => serving(async (get) => {
  assert.match(await (await get('/')).text(), /<main id="main"/)
  for (const name of readdirSync(join(import.meta.dirname, '../app'), { recursive: true }).filter((one) => /\.\w+$/.test(one))) assert.equal((await get(`/${name.replaceAll('\\', '/')}`)).status, 200, name)
  for (const name of Object.keys(resources)) assert.ok((await (await get(`/api/${name}`)).json()).items.length > pageSize)
  for (const path of ['/api/nothing', '/nothing.html', '/%2e%2e%2fpackage.json']) assert.equal((await get(path)).status, 404)
}))
${%- unless variables.readOnly %}

test('the server keeps a change, and refuses a wrong one at its field', () => serving(async (get) => {
  const change = (body) => get(`/api/${resource}/${rows[0].id}`, { method: 'PATCH', body: JSON.stringify(body) })
  assert.equal((await (await change({ name: 'Elm' })).json()).name, 'Elm')
  const refused = await change({ name: '' })
  assert.deepEqual([refused.status, await refused.json()], [422, { errors: { name: 'Enter name' } }])
  assert.equal((await (await get(`/api/${resource}`)).json()).items[0].name, 'Elm')
}))
${%- endunless %}

test('the page loads its own files alone', () => {
  const page = readFileSync(join(import.meta.dirname, '../app/index.html'), 'utf8')
  for (const [, target] of page.matchAll(/(?:src|href)="([^"#]+)"/g)) assert.match(target, /^\/[\w.]+$/)
})
