import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readCases } from './cases.ts'
import type { Case } from './cases.ts'
import { createAsk } from './model.ts'
import type { Ask, ModelOptions } from './model.ts'
import { judge, report } from './score.ts'
import type { Report, Result, Thresholds } from './score.ts'

type Settings = Omit<ModelOptions, 'apiKey'> & { concurrency: number; thresholds: Thresholds }

const json = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T

/** Asks for all cases, a few at a time, and keeps their order. A call that fails is a case that fails. */
export async function evaluate(cases: readonly Case[], prompt: string, ask: Ask, concurrency: number): Promise<Result[]> {
  const results: Result[] = []
  const next = cases.entries()
  const work = async (): Promise<void> => {
    for (const [index, one] of next) {
      try {
        // A function, for an input may hold what replace would read as a pattern.
        results[index] = judge(one, await ask(prompt.replaceAll('{{input}}', () => one.input)))
      } catch (error) {
        results[index] = { id: one.id, tags: one.tags, passed: false, answer: '', problems: [error instanceof Error ? error.message : String(error)] }
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return results
}

function print({ rates, failures, results }: Report): void {
  for (const { id, problems } of results.filter((one) => !one.passed)) console.log(`✗ ${id}\n  ${problems.join('\n  ')}`)
  for (const [name, { passed, of, low, high }] of Object.entries(rates)) console.log(`${name.padEnd(12)} ${passed}/${of}  [${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)} %]`)
  console.log(failures.length === 0 ? 'All thresholds are met.' : failures.map((one) => `FAILED ${one}`).join('\n'))
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { tag: { type: 'string' }, replay: { type: 'string' }, record: { type: 'string' }, cases: { type: 'string', default: 'golden/cases.jsonl' } } })
  const { concurrency, thresholds, ...options } = json<Settings>('evaluation.json')
  const cases = readCases(values.cases).filter((one) => values.tag === undefined || one.tags.includes(values.tag))
  if (cases.length === 0) throw new Error(`No case has the tag ${values.tag}`)

  let results: Result[]
  if (values.replay === undefined) {
    const ask = createAsk({ ...options, apiKey: process.env['MODEL_API_KEY'] })
    results = await evaluate(cases, readFileSync('prompt.md', 'utf8'), ask, concurrency)
    if (values.record !== undefined) writeFileSync(values.record, results.map(({ id, answer }) => `${JSON.stringify({ id, answer })}\n`).join(''))
  } else {
    const recorded = new Map(readFileSync(values.replay, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as { id: string; answer: string }).map(({ id, answer }) => [id, answer]))
    results = cases.map((one) => judge(one, recorded.get(one.id) ?? ''))
  }
  const made = report(results, thresholds, existsSync('baseline.json') ? json<Report>('baseline.json').results : [])
  writeFileSync('report.json', `${JSON.stringify(made, undefined, 2)}\n`)
  print(made)
  process.exitCode = made.failures.length === 0 ? 0 : 1
}

if (import.meta.main) await main()
