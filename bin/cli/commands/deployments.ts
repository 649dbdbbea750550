import type { Command } from 'commander'
import type { Deployment, DeploymentRecord, Slipway } from '../../../client/slipway.ts'
import { type Cli, does } from '../cli.ts'
import { CliError } from '../exit.ts'
import { count, readText } from '../input.ts'
import { conclude, showProgress } from '../progress.ts'
import { plain, table } from '../text.ts'

const recordTable = (records: readonly DeploymentRecord[]): string =>
  table([['ID', 'STATUS', 'OPERATION', 'PROVIDERS', 'BY', 'AT'], ...records.map(({ id, status, operation, providers, requestedBy, createdAt }) => [id, status, operation, providers.map((step) => `${step.provider}:${step.status}`).join(' '), requestedBy, createdAt])])

type QueryOf<Lists extends 'deployments' | 'deadLetters'> = NonNullable<Parameters<Slipway[Lists]['list']>[0]>

// The service says which statuses there are.
const list = does(async (cli, { status, limit }: Pick<QueryOf<'deployments'>, 'status'> & { limit: number }) => {
  const query = { limit: String(Math.min(limit, 100)), ...(status === undefined ? {} : { status }) }
  const { items } = await cli.slipway.deployments.list(query).page()
  cli.print(items, recordTable(items))
  return 0
})

const show = does(async (cli, id: string) => {
  const record = await cli.slipway.deployments.get(id)
  const steps = record.providers.map(({ provider, status, attempts, error }) => [provider, status, String(attempts), error === undefined ? '' : `${error.code} ${error.message}`])
  cli.print(record, `${recordTable([record])}\n\n${table([['PROVIDER', 'STATUS', 'ATTEMPTS', 'ERROR'], ...steps])}`)
  return 0
})

/** With --json each event as a line of JSON. */
const watch = does(async (cli, id: string) => {
  const deployment = cli.slipway.deployments.of(id)
  if (!cli.json) return conclude(cli, await showProgress(cli, deployment))
  for await (const event of deployment.watch()) {
    process.stdout.write(`${JSON.stringify(event)}\n`)
    if (event.type !== 'failed' && event.type !== 'success') continue
    const record = await deployment.read()
    if (record.status === 'failed' || record.status === 'success') return conclude(cli, record)
  }
  return conclude(cli, await deployment.read())
})

const deadLetters = does(async (cli, { provider, status, limit }: Pick<QueryOf<'deadLetters'>, 'provider' | 'status'> & { limit: number }) => {
  const query = { limit: String(Math.min(limit, 100)), ...(provider === undefined ? {} : { provider }), ...(status === undefined ? {} : { status }) }
  const page = await cli.slipway.deadLetters.list(query).page()
  cli.print(page, table([['DEPLOYMENT', 'PROVIDER', 'STATUS', 'CODE', 'MESSAGE'], ...page.items.map((letter) => [letter.recordId, letter.provider, letter.status, letter.code, letter.message])]))
  return 0
})

interface OrderOptions { provider?: string; reason?: string; input?: string; link?: string[]; watch: boolean }
const required = (value: string | undefined, option: string): string => {
  if (value === undefined) throw new CliError(`Say ${option}`)
  return value
}

/** `name=externalId` or `name=externalId=url`. */
function linkOf(text: string): { name: string; external_id: string; url?: string } {
  const [, name, id, url] = /^([^=]+)=([^=]+)(?:=(.+))?$/.exec(text) ?? []
  if (name === undefined || id === undefined) throw new CliError(`--link ${text}: write name=id, or name=id=url`)
  return { name, external_id: id, ...(url === undefined ? {} : { url }) }
}

function inputOf(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readText(path))
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${path} is not JSON`)
  }
}

const orders: Record<'retry' | 'skip' | 'resolve' | 'cancel', (deployment: Deployment, options: OrderOptions) => Promise<void>> = {
  retry: (deployment, { provider, input }) => deployment.retry({ ...(provider === undefined ? {} : { provider }), ...(input === undefined ? {} : { input: inputOf(input) }) }),
  skip: (deployment, { provider, reason }) => deployment.skip({ provider: required(provider, '--provider'), reason: required(reason, '--reason') }),
  resolve: (deployment, { provider, reason, link = [] }) => deployment.resolve({ provider: required(provider, '--provider'), reason: required(reason, '--reason'), links: link.map(linkOf) }),
  cancel: (deployment, { reason }) => deployment.cancel(reason === undefined ? {} : { reason }),
}

/** Gives an order, and follows what comes of it: only what happens from then on. */
const order = (name: keyof typeof orders) => does(async (cli: Cli, id: string, options: OrderOptions) => {
  const deployment = cli.slipway.deployments.of(id)
  const [last] = (await cli.slipway.deployments.logs(id, { sort: 'desc', limit: '1' }).page()).items
  await orders[name](deployment, options)
  cli.note(`${name} ordered for ${plain(options.provider ?? 'all that is parked')}`)
  if (!options.watch) {
    cli.print({ recordId: id }, id)
    return 0
  }
  const record = await showProgress(cli, deployment, last === undefined ? undefined : String(last.id))
  cli.print(record, recordTable([record]))
  // Cancelled is what was wanted.
  return name === 'cancel' ? 0 : conclude(cli, record)
})

export function addDeploymentCommands(program: Command): void {
  const deployments = program.command('deployments').description('look at deployments, or follow one')
  deployments.command('list').option('--status <status>', 'queued, running, success or failed').option('--limit <n>', 'at most so many, up to 100', count, 50).description('the newest first').action(list)
  deployments.command('show').argument('<id>').description('a deployment with each provider').action(show)
  deployments.command('watch').argument('<id>').description('follow it live; with --json one event a line').action(watch)
  program.command('dead-letters').option('--provider <name>', 'only of this provider').option('--status <status>', 'parked (the default), retried, …, or all').option('--limit <n>', 'at most so many, up to 100', count, 50).description('what is parked and needs a decision').action(deadLetters)

  const ordering = (name: keyof typeof orders, description: string) => program.command(name).argument('<deployment>', 'its id').option('--no-watch', 'do not wait for what comes of it').description(description).action(order(name))
  const many = (text: string, before: string[] = []) => [...before, text]
  ordering('retry', 'try parked steps again').option('--provider <name>', 'only this one').option('--input <file>', 'corrected variables as JSON, or - for stdin')
  ordering('skip', 'give a parked step up').option('--provider <name>', 'which').option('--reason <text>', 'why')
  ordering('resolve', 'say that a parked step was done by hand').option('--provider <name>', 'which').option('--reason <text>', 'how').option('--link <name=id=url>', 'what was made; may be repeated', many)
  ordering('cancel', 'cancel a deployment that is parked').option('--reason <text>', 'why')
}
