import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'

interface Rule { alert?: string; record?: string; expr: string; for?: string; labels: Record<string, string>; annotations?: Record<string, string> }
const root = new URL('../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')
const rules = readdirSync(new URL('rules/', root)).flatMap((name) => (parse(text(`rules/${name}`)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules))
const alerts = rules.filter(({ alert }) => alert !== undefined)
const books = readdirSync(new URL('runbooks/', root))

test('every alert has a severity that is routed, and a sentence for whoever is woken', () => {
  for (const { alert, labels, annotations } of alerts) {
    assert.ok(['page', 'ticket'].includes(labels['severity'] ?? ''), alert)
    assert.ok((annotations?.['summary'] ?? '').length > 20, alert)
  }
})

test('every alert has a runbook that names it, and every runbook an alert', () => {
  for (const { alert = '', annotations } of alerts) {
    const book = annotations?.['runbook_url']?.split('/').at(-1) ?? ''
    assert.ok(books.includes(book), `${alert}: there is no runbooks/${book}`)
    assert.match(text(`runbooks/${book}`), new RegExp(`^# .*\\b${alert}\\b`), `${book} does not begin with ${alert}`)
  }
  assert.deepEqual(books.filter((book) => !alerts.some(({ annotations }) => annotations?.['runbook_url']?.endsWith(`/${book}`))), [])
})

test('a runbook says what users notice, and begins with steps', () => {
  for (const book of books) {
    assert.match(text(`runbooks/${book}`), /\*\*Users notice:\*\*/, book)
    assert.match(text(`runbooks/${book}`), /^1\. /m, book)
  }
})

test('what an alert reads is recorded', () => {
  const recorded = new Set(rules.flatMap(({ record }) => record ?? []))
  for (const { alert, expr } of alerts) for (const [name] of expr.matchAll(/slo:\w+:\w+/g)) assert.ok(recorded.has(name), `${alert} reads ${name}`)
})

test('brackets of expressions are balanced', () => {
  for (const { expr } of rules) for (const [open, close] of ['()', '{}', '[]']) assert.equal(expr.split(open ?? '').length, expr.split(close ?? '').length, expr)
})

const hours = (window: string): number => Number.parseFloat(window) * { m: 1 / 60, h: 1, d: 24 }[window.at(-1) as 'm' | 'h' | 'd']
const burns = alerts.filter(({ alert }) => alert?.endsWith('BudgetBurn')).map(({ alert, expr, labels }) => {
  const [[, long = '', factor = '', budget = ''] = [], [, short = ''] = []] = [...expr.matchAll(/ratio_rate(\w+)\{[^}]*\} > ([\d.]+) \* ([\d.]+)/g)]
  return { alert, severity: labels['severity'], long: hours(long), short: hours(short), factor: Number(factor), budget: Number(budget), isPair: expr.includes(' and ') }
})

test('the budget is what the objective leaves', () => {
  for (const { alert, budget } of burns) assert.equal(budget, alert === 'ErrorBudgetBurn' ? Number((1 - ${{ variables.availability }}).toFixed(6)) : 0.01)
})

test('a threshold can be crossed at all', () => {
  for (const { alert, factor, budget } of burns) assert.ok(factor * budget < 1, `${alert}: ${factor} × ${budget} is more than all requests`)
})

test('a page goes out before a twentieth of the budget is gone, a ticket before an eighth', () => {
  for (const { severity, factor, long } of burns) {
    const gone = (factor * long) / (30 * 24)
    assert.ok(gone <= (severity === 'page' ? 0.0501 : 0.1251), `${gone}`)
  }
})

test('the short window is a twelfth of the long one: the alert ends soon after its cause', () => {
  for (const { long, short, isPair } of burns) {
    assert.ok(isPair)
    assert.ok(Math.abs(long / short - 12) < 0.01, `${long} and ${short}`)
  }
})

test('pages are routed to the pager, and no key stands in the file', () => {
  const { route, receivers } = parse(text('alertmanager.yml')) as { route: { receiver: string; routes: { matchers: string[]; receiver: string }[] }; receivers: { name: string }[] }
  assert.equal(route.routes.find(({ matchers }) => matchers.includes('severity = page'))?.receiver, 'pager')
  for (const name of [route.receiver, 'pager']) assert.ok(receivers.some((one) => one.name === name))
  assert.ok(!/(routing_key|api_key|\burl):/.test(text('alertmanager.yml')))
})
