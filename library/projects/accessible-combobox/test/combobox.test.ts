import assert from 'node:assert/strict'
${%- if variables.source == "server" %}
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
${%- endif %}
import { test } from 'node:test'
import { exact, matching, mostShown } from '../src/matching.ts'
import type { Option } from '../src/matching.ts'
import { createSearch } from '../src/search.ts'
import { empty, step } from '../src/state.ts'
import type { Event, State } from '../src/state.ts'

const option = (label: string): Option => ({ value: label.toLowerCase(), label })
const options = ['Norway', 'Sweden', 'Germany'].map(option)
const [norway, sweden, germany] = options as [Option, Option, Option]

type Key = Extract<Event, { type: 'key' }>['key']
const key = (name: Key): Event => ({ type: 'key', key: name })
const found: Event = { type: 'found', options }
const after = (events: Event[], from: State = empty): State => events.reduce((state, event) => step(state, event).state, from)
const handles = (events: Event[], last: Event, from: State = empty): boolean => step(after(events, from), last).handled
const typed = (text: string): Event => ({ type: 'typed', text })
const chosen: State = after([{ type: 'set', option: sweden }])

test('the arrows open, go round, and begin at the end that they point to', () => {
  assert.equal(after([found, key('ArrowDown')]).active, 0)
  assert.equal(after([found, key('ArrowUp')]).active, 2)
  assert.equal(after([found, key('ArrowDown'), key('ArrowUp')]).active, 2)
  assert.equal(after([found, key('ArrowUp'), key('ArrowDown')]).active, 0)
  assert.equal(after([key('ArrowDown')]).active, -1)
  assert.equal(after([key('ArrowUp')]).active, -1)
})

test('Enter takes what is meant and does not send the form; otherwise it does', () => {
  const open = [found, key('ArrowDown')]
  assert.deepEqual(after([...open, key('Enter')]), { text: 'Norway', isOpen: false, active: -1, shown: options, chosen: norway })
  assert.equal(handles(open, key('Enter')), true)
  assert.equal(handles([found, typed('x')], key('Enter')), false)
  assert.equal(handles([], key('Enter')), false)
})

test('Tab takes what is meant, and goes on', () => {
  assert.equal(after([found, key('ArrowUp'), key('Tab')]).chosen, germany)
  assert.equal(handles([found, key('ArrowUp')], key('Tab')), false)
})

test('Escape first closes and brings back, then clears, then is nobody\'s', () => {
  const open = [found, typed('Nor')]
  assert.deepEqual([after([...open, key('Escape')], chosen).text, after([...open, key('Escape')], chosen).isOpen], ['Sweden', false])
  assert.equal(after([key('Escape')], chosen).chosen, undefined)
  assert.equal(handles([key('Escape')], key('Escape'), chosen), false)
})

test('typing opens and means nothing yet', () => {
  const state = after([found, key('ArrowDown'), typed('s')])
  assert.deepEqual([state.isOpen, state.active, state.chosen], [true, -1, undefined])
})

test('what was meant stays meant when other options come, or nothing is', () => {
  const meant = [found, key('ArrowUp')]
  assert.equal(after([...meant, { type: 'found', options: [germany] }]).active, 0)
  assert.equal(after([...meant, { type: 'found', options: [norway] }]).active, -1)
})

test('whoever leaves has typed an option, however it was written', () => {
  assert.equal(after([found, typed('  GERMANY '), { type: 'left' }]).chosen, germany)
})

test('whoever leaves an empty field has chosen nothing', () => {
  assert.equal(after([found, typed(' '), { type: 'left' }], chosen).chosen, undefined)
})
${% if variables.freeText %}
test('a text that is no option is a value of its own', () => {
  assert.deepEqual(after([found, typed(' Atlantis '), { type: 'left' }]).chosen, { value: 'Atlantis', label: 'Atlantis' })
  assert.equal(after([found, typed('Atlantis'), key('Enter')]).text, 'Atlantis')
})
${% else %}
test('a text that is no option goes back to what was chosen', () => {
  assert.deepEqual([after([found, typed('Atlantis'), { type: 'left' }], chosen).text, after([found, typed('Atlantis'), { type: 'left' }]).text], ['Sweden', ''])
})
${% endif %}
test('a click takes an option, and one beside it changes nothing', () => {
  assert.equal(after([found, { type: 'toggled' }, { type: 'picked', at: 2 }]).chosen, germany)
  assert.equal(after([found, { type: 'picked', at: 9 }], chosen).chosen, sweden)
})

test('the best come first: beginning, beginning of a word, within', () => {
  const labels = ['Mainland', 'New Ireland', 'Ireland', 'Norway'].map(option)
  assert.deepEqual(matching(labels, 'ire').map(({ label }) => label), ['Ireland', 'New Ireland'])
  assert.deepEqual(matching(labels, 'land').map(({ label }) => label), ['Mainland', 'New Ireland', 'Ireland'])
})

test('case, accents and signs of expressions do not matter', () => {
  const labels = [option('Côte d’Ivoire'), option('C++ (old)')]
  assert.equal(matching(labels, 'COTE')[0]?.label, 'Côte d’Ivoire')
  assert.equal(matching(labels, '(')[0]?.label, 'C++ (old)')
  assert.equal(exact(labels, 'cote d’ivoire')?.label, 'Côte d’Ivoire')
})

test('a list stays short', () => {
  assert.equal(matching(Array.from({ length: 1000 }, (_, n) => option(`n${n}`)), 'n').length, mostShown)
})
${% if variables.source == "server" %}
test('only the answer to the last question is heard, and the server is asked once typing pauses', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://a').searchParams
    asked.push(query.get('q') ?? '')
    response.end(JSON.stringify([{ value: 'v', label: query.get('q') }, { broken: true }]))
  }).listen(0)
  await once(server, 'listening')
  try {
    const answer = await new Promise<readonly Option[]>((resolve, reject) => {
      const search = createSearch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?tenant=1`, resolve, reject, 20)
      for (const text of ['n', 'no', 'nor']) search.ask(text)
    })
    assert.deepEqual([answer, asked], [[{ value: 'v', label: 'nor' }], ['nor']])
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('a server that answers no list is a failure that is told', async () => {
  const server = createServer((_, response) => { response.writeHead(500).end() }).listen(0)
  await once(server, 'listening')
  try {
    const error = await new Promise((resolve) => { createSearch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, () => { resolve(undefined) }, resolve, 0).ask('a') })
    assert.match(String(error), /answered 500/)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
${% else %}
test('options of the page are found at once', () => {
  let answer: readonly Option[] = []
  createSearch(() => options, (some) => { answer = some }).ask('swe')
  assert.deepEqual(answer, [sweden])
})
${% endif -%}
