import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Worker } from '@temporalio/worker'
import { startTracing } from '../../bin/telemetry/tracing.ts'
import { shared } from './shared.ts'
import { until } from './stack.ts'
import type { TestStack } from './stack.ts'

/** What the Temporal CLI prints of a run: `temporal workflow show -o json`. */
export interface History { events: { eventType: string; [attributes: string]: unknown }[] }

const folder = new URL('../histories/', import.meta.url)

/** The recorded situations, by name. */
export function readHistories(): Map<string, History> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json')).sort()
  return new Map(files.map((file) => [file.replace(/\.json$/, ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as History]))
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

/** The history of a workflow's latest run, without what tells where it was made. */
export async function historyOf(stack: TestStack, workflowId: string): Promise<History> {
  const text = await stack.temporal('workflow', 'show', '--workflow-id', workflowId, '-o', 'json')
  return JSON.parse(text, anonymous) as History
}

const plugin = () => startTracing({ service: 'test', version: '0', endpoint: undefined }).plugin

/** Runs today's workflow code over a history. Throws DeterminismViolationError where it would do something else. */
export const replay = (name: string, history: History, workflowBundle: { codePath: string } | { code: string }): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle, replayName: name, plugins: [plugin()] }, history, name)

/** The history of a run once it has closed; the code that made it replays it. */
export async function replayed(stack: TestStack, name: string, workflowId: string): Promise<History> {
  await until(() => stack.temporal('workflow', 'describe', '--workflow-id', workflowId), (text) => /Status\s+(COMPLETED|FAILED|CANCELED|TERMINATED)/i.test(text))
  const history = await historyOf(stack, workflowId)
  await replay(name, history, { codePath: shared().bundleFile })
  return history
}
