import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect } from '@jest/globals'
import { groupsOf } from './activity-groups.ts'
import type { Replayed, ReplayOrder } from './replayer.ts'
import { shared } from './shared.ts'
import { until } from './stack.ts'
import type { TestStack } from './stack.ts'

/** What the Temporal CLI prints of a run: `temporal workflow show -o json`. */
export interface History { events: { eventType: string; [attributes: string]: unknown }[] }

const folder = new URL('../histories/', import.meta.url)

/** The recorded situations, by name. */
export function readHistories(): Map<string, History> {
  const read = (file: string): Buffer => readFileSync(new URL(file, folder))
  return new Map(readdirSync(folder).filter((file) => /\.json(\.gz)?$/.test(file)).sort().map((file) => {
    const text = file.endsWith('.gz') ? gunzipSync(read(file)) : read(file)
    return [file.replace(/\.json(\.gz)?$/, ''), JSON.parse(text.toString()) as History]
  }))
}

export function writeHistory(name: string, history: History): void {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(history)}\n`)
}

/** Where a run was made is nobody's business: process and host names, folders. */
const anonymous = (key: string, value: unknown): unknown => {
  if (key === 'identity') return undefined
  if (key === 'stackTrace') return ''
  const queue = value as { kind?: unknown; name?: unknown } | null
  return typeof queue === 'object' && queue?.kind === 'TASK_QUEUE_KIND_STICKY' ? { ...queue, name: 'sticky' } : value
}

/** The history of a workflow's latest run, or of the one that is named, without what tells where it was made. */
export async function historyOf(stack: TestStack, workflowId: string, runId?: string): Promise<History> {
  const text = await stack.temporal('workflow', 'show', '--workflow-id', workflowId, ...(runId === undefined ? [] : ['--run-id', runId]), '-o', 'json')
  return JSON.parse(text, anonymous) as History
}

let replayer: ChildProcess | undefined
const answers = new Map<number, (answer: Replayed) => void>()

function startReplayer(): ChildProcess {
  const started = fork(fileURLToPath(new URL('replayer.ts', import.meta.url)), { execArgv: ['--disable-warning=ExperimentalWarning'] })
  started.on('message', (answer: Replayed) => { answers.get(answer.id)?.(answer) })
  const ended = (why: string) => {
    replayer = undefined
    for (const [id, answer] of answers) answer({ id, groups: [], error: { name: 'Error', message: `the replaying process ended: ${why}` } })
  }
  started.once('exit', (code) => { ended(String(code)) })
  started.once('error', ({ message }) => { ended(message) })
  return started
}

afterAll(() => { replayer?.disconnect() })

/**
 * Runs today's workflow code over a history. Throws DeterminismViolationError where it would do something else; to Temporal, two activities of one type
 * that have changed places are nothing else, so that what they are to make is compared here.
 */
export async function replay(name: string, history: History, workflowBundle: ReplayOrder['workflowBundle']): Promise<void> {
  const process = replayer ??= startReplayer()
  const id = answers.size
  const { groups, error } = await new Promise<Replayed>((resolve) => {
    answers.set(id, resolve)
    process.send({ id, name, history, workflowBundle } satisfies ReplayOrder)
  })
  if (error) throw Object.assign(new Error(error.message), { name: error.name })
  expect(groups).toEqual(groupsOf(history.events))
}

/** The history of a run once it has closed; the code that made it replays it. */
export async function replayed(stack: TestStack, name: string, workflowId: string): Promise<History> {
  await until(() => stack.temporal('workflow', 'describe', '--workflow-id', workflowId), (text) => /Status\s+(COMPLETED|FAILED|CANCELED|TERMINATED)/i.test(text))
  const history = await historyOf(stack, workflowId)
  await replay(name, history, { codePath: shared().bundleFile })
  return history
}
