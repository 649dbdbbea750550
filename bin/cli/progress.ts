import { createLogUpdate } from 'log-update'
import { type Deployment, type DeploymentEvent, type DeploymentRecord, isParked, isSettled } from '../../client/slipway.ts'
import type { Cli } from './cli.ts'
import { exitCodes } from './exit.ts'
import { plain, styled } from './text.ts'

type Status = DeploymentRecord['providers'][number]['status']
interface Line { status: Status; resources: number; last: string }

const looks = {
  pending: ['·', 'dim'], running: ['▸', 'cyan'], retrying: ['↻', 'yellow'], success: ['✔', 'green'], parked: ['✖', 'red'], skipped: ['»', 'dim'], resolved: ['✔', 'green'], cancelled: ['✖', 'dim'],
} as const satisfies Record<Status, readonly [string, string]>

/** What an event makes of its provider's step. */
const statusAfter: Readonly<Record<string, Status>> = {
  'step.started': 'running', 'step.retry': 'pending', 'step.retrying': 'retrying', 'step.success': 'success', 'step.parked': 'parked', 'step.skipped': 'skipped', 'step.resolved': 'resolved',
}

const blockOf = (lines: ReadonlyMap<string, Line>): string => {
  const width = Math.max(...[...lines.keys()].map((name) => name.length))
  return [...lines].map(([provider, { status, resources, last }]) => {
    const [mark, colour] = looks[status]
    return `${styled(process.stderr, colour, `${mark} ${provider.padEnd(width)} ${status.padEnd(9)}`)} ${String(resources)} done  ${last}`
  }).join('\n')
}

/** At a terminal one line per provider that changes in place; elsewhere one line per event. */
function reporter(cli: Cli, record: DeploymentRecord): { tell(event: DeploymentEvent): void; end(): void } {
  if (!process.stderr.isTTY) return { tell: ({ message }) => { cli.note(plain(message)) }, end: () => undefined }
  const block = createLogUpdate(process.stderr)
  const lines = new Map<string, Line>(record.providers.map(({ provider, status }) => [provider, { status, resources: 0, last: '' }]))
  return {
    tell({ provider, type, message }) {
      const line = lines.get(provider ?? '')
      if (line) {
        line.status = statusAfter[type] ?? line.status
        line.last = plain(message)
        if (type.startsWith('resource.')) line.resources += 1
      }
      if (lines.size > 0) block(blockOf(lines))
    },
    end: () => { block.done() },
  }
}

/** Follows a deployment on stderr until nothing goes on any more. With `after`, only what comes after that event. */
export async function showProgress(cli: Cli, deployment: Deployment, after?: string): Promise<DeploymentRecord> {
  const { tell, end } = reporter(cli, await deployment.read())
  cli.onInterrupt(() => {
    end()
    cli.note(`The deployment goes on. See it again: slipway deployments watch ${deployment.recordId}`)
  })
  try {
    for await (const event of deployment.watch(after === undefined ? {} : { lastEventId: after })) {
      tell(event)
      const record = event.type === 'failed' || event.type === 'success' ? await deployment.read() : undefined
      if (record && isSettled(record)) return record
    }
    return await deployment.read()
  } finally {
    end()
  }
}

/** Says what to do about a record that is not a success, and answers the exit code. */
export function conclude(cli: Cli, record: DeploymentRecord): number {
  for (const { provider, manualSteps = [] } of record.providers) for (const { instruction, url } of manualSteps) cli.note(`By hand at ${provider}: ${plain(instruction)} ${plain(url)}`)
  if (record.status === 'success') return exitCodes.ok
  if (!isParked(record)) {
    cli.note(`The deployment ended as ${record.status}: ${plain(record.error?.message ?? 'no reason given')}`)
    return exitCodes.failed
  }
  for (const { provider, status, error } of record.providers) if (status === 'parked') cli.note(`${provider} is parked: ${error?.code ?? ''} ${plain(error?.message ?? '')}`)
  cli.note(`Once that is mended: slipway retry ${record.id}. Or give it up: slipway skip ${record.id} --provider … --reason …`)
  return exitCodes.parked
}
