import type { Command } from 'commander'
import type { Deployment, Link, PlanResult, Template } from '../../../client/slipway.ts'
import { changeList } from '../changes.ts'
import { type Cli, does } from '../cli.ts'
import { CliError, exitCodes } from '../exit.ts'
import { isFile, variablesOf } from '../input.ts'
import { conclude, showProgress } from '../progress.ts'
import { plain, table } from '../text.ts'
import { importFile, many, withVariables } from './templates.ts'

interface PlanOptions {
  client?: string
  createClient: boolean
  target?: string[]
  set?: string[]
  values?: string
  instance?: string
  keep?: boolean
  kind?: string
  name?: string
}
interface DeployOptions extends PlanOptions {
  plan?: string
  planHash?: string
  destroy?: boolean
  yes?: boolean
  watch: boolean
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** By its id or its name; a name that is new is a new client. */
async function clientOf(cli: Cli, { client, createClient }: PlanOptions): Promise<string> {
  if (client === undefined) throw new CliError('Name the client: --client <name or id>')
  if (uuid.test(client)) return client
  const found = await cli.slipway.clients.find(client)
  if (found) return found.id
  if (!createClient) throw new CliError(`There is no client "${client}"`, exitCodes.notFound)
  cli.note(`There was no client "${plain(client)}": it has been made.`)
  return (await cli.slipway.clients.create({ name: client })).id
}

/** All providers that the template has resources for. */
async function targetsOf(template: Template): Promise<string[]> {
  const { artifact } = await template.content()
  const providers = [...new Set(Object.values(artifact.resources).map(({ provider }) => provider))].sort()
  if (providers.length === 0) throw new CliError(`Template "${template.name}" has no resources to deploy: a project template is made into a project by instantiate`)
  return providers
}

type PlanRequest = Parameters<Template['plan']>[0]

/** The instance of the plan that was last deployed like this. */
async function instanceToKeep(cli: Cli, template: Template, { clientId, targets }: PlanRequest): Promise<string> {
  const seen = new Set<string>()
  for await (const { planId } of cli.slipway.deployments.list({ templateId: template.id, clientId })) {
    if (seen.has(planId)) continue
    seen.add(planId)
    const plan = await cli.slipway.request('get', '/api/v1/plans/{id}', { params: { path: { id: planId } } })
    if (plan.targets.toSorted().join() === targets.toSorted().join()) return plan.instanceId
  }
  throw new CliError(`Nothing of "${template.name}" was deployed for this client to ${targets.join(', ')}: there is nothing to --keep`, exitCodes.notFound)
}

/** A file's template. What would be planned of a draft is the version that was published before it. */
async function imported(cli: Cli, path: string, options: PlanOptions): Promise<Template> {
  const { template, result: { status, version } } = await importFile(cli, path, options)
  if (status === 'draft') throw new CliError(`Version ${version} of "${template.name}" is a draft, and drafts are not deployed: publish it first (POST /api/v1/templates/${template.id}/publish), or mend the file`, exitCodes.conflict)
  return template
}

async function makePlan(cli: Cli, source: string, options: PlanOptions): Promise<{ template: Template; plan: PlanResult }> {
  const variables = variablesOf(options)
  const template = isFile(source) ? await imported(cli, source, options) : await cli.slipway.getTemplate(source)
  const targets = options.target ?? (await targetsOf(template))
  const clientId = await clientOf(cli, options)
  const request = { clientId, targets, replace: true, variables }
  const instanceId = options.keep ? await instanceToKeep(cli, template, request) : options.instance
  return { template, plan: await template.plan(instanceId === undefined ? request : { ...request, instanceId }) }
}

const plan = does(async (cli, source: string, options: PlanOptions) => {
  const { plan: made } = await makePlan(cli, source, options)
  cli.print(made, `${changeList(made.changes, process.stdout)}\nplan ${made.planId}, revision ${String(made.revision)}, hash ${made.planHash}`)
  return 0
})

const linkTable = (links: readonly Link[]): string => table([['PROVIDER', 'TYPE', 'NAME', 'URL'], ...links.map(({ provider, type, name, url }) => [provider, type, name, url])])

/** A plan says all of this already. */
function refuseBesidesPlan(source: string | undefined, { client, createClient, target, set, values, instance, keep, kind, name }: DeployOptions): void {
  const given = { template: source, '--client': client, '--no-create-client': createClient ? undefined : true, '--target': target, '--set': set, '--values': values, '--instance': instance, '--keep': keep, '--kind': kind, '--name': name }
  const extra = Object.entries(given).filter(([, value]) => value !== undefined).map(([word]) => word)
  if (extra.length > 0) throw new CliError(`--plan deploys a plan as it is: leave out ${extra.join(', ')}`)
}

/** The deployment, unless somebody says no. */
async function startDeployment(cli: Cli, source: string | undefined, options: DeployOptions): Promise<{ deployment: Deployment; templateId: string; planId: string } | undefined> {
  const destroy = options.destroy ? { destroy: true } : {}
  if (options.plan !== undefined) {
    refuseBesidesPlan(source, options)
    const { templateId, planHash } = await cli.slipway.request('get', '/api/v1/plans/{id}', { params: { path: { id: options.plan } } })
    if (options.planHash !== undefined && options.planHash !== planHash) throw new CliError(`The plan has changed: its hash is ${planHash}`, exitCodes.conflict)
    await (await cli.slipway.getTemplate(templateId)).resources(options.plan)
    const deployment = await cli.slipway.deploy({ templateId, planId: options.plan, ...(options.planHash === undefined ? {} : { planHash }), ...destroy })
    return { deployment, templateId, planId: options.plan }
  }
  if (options.planHash !== undefined) throw new CliError('--plan-hash goes with --plan')
  if (source === undefined) throw new CliError('Name a template, a file of one, or a plan: slipway deploy <template> --client …, or slipway deploy --plan <id>')
  const { template, plan: made } = await makePlan(cli, source, options)
  cli.note(changeList(made.changes, process.stderr))
  if (!options.yes && !(await cli.agrees(`Deploy this for ${options.client ?? ''}?`, true))) return undefined
  await template.resources(made.planId)
  const deployment = await cli.slipway.deploy({ templateId: template.id, planId: made.planId, planHash: made.planHash, ...destroy })
  return { deployment, templateId: template.id, planId: made.planId }
}

const deploy = does(async (cli, source: string | undefined, options: DeployOptions) => {
  const started = await startDeployment(cli, source, options)
  if (!started) {
    cli.note('Nothing was deployed.')
    return exitCodes.failed
  }
  const { deployment, templateId, planId } = started
  cli.note(`deployment ${deployment.recordId}`)
  if (!options.watch) {
    cli.print({ recordId: deployment.recordId, planId }, deployment.recordId)
    return 0
  }
  const record = await showProgress(cli, deployment)
  const links = await (await cli.slipway.getTemplate(templateId)).links({ planId })
  cli.print({ recordId: deployment.recordId, planId, status: record.status, providers: record.providers, links }, links.length > 0 ? linkTable(links) : '')
  return conclude(cli, record)
})

const undeploy = does(async (cli, planId: string, { destroy = false, yes, watch }: { destroy?: boolean; yes?: boolean; watch: boolean }) => {
  if (!yes && !(await cli.agrees(`Take back all that plan ${planId} has deployed${destroy ? ", clients' data included" : ''}?`, false))) {
    cli.note('Nothing was taken back. Where nobody can be asked, say --yes.')
    return exitCodes.failed
  }
  const { recordId } = await cli.slipway.request('post', '/api/v1/plans/{id}/undeploy', { params: { path: { id: planId } }, body: { destroy } })
  const record = watch ? await showProgress(cli, cli.slipway.deployments.of(recordId)) : undefined
  cli.print({ recordId, planId, ...(record ? { status: record.status, providers: record.providers } : {}) }, recordId)
  return record ? conclude(cli, record) : 0
})

const links = does(async (cli, name: string, { client, plan: planId }: { client?: string; plan?: string }) => {
  const template = await cli.slipway.getTemplate(name)
  const clientId = client === undefined ? undefined : await clientOf(cli, { client, createClient: false })
  const found = await template.links({ ...(clientId === undefined ? {} : { clientId }), ...(planId === undefined ? {} : { planId }) })
  cli.print(found, linkTable(found))
  return 0
})

const planned = (command: Command): Command => withVariables(command
  .option('--client <name>', 'for whom: a name or an id')
  .option('--no-create-client', 'refuse a client that does not exist')
  .option('--target <provider>', 'where to; may be repeated; default: all that the template has resources for', many)
  .option('--instance <id>', 'what customize has made')
  .option('--keep', 'keep version and variables as last planned for what was deployed like this; without it, variables that are not named have their defaults')
  .option('--kind <kind>', 'of a file that does not say').option('--name <name>', 'of a template that comes from a file'))

export function addDeployCommands(program: Command): void {
  planned(program.command('plan').argument('<template>', 'id, name, or a file to import first')).description('show what a deployment would change').action(plan)
  planned(program.command('deploy').argument('[template]', 'id, name, or a file to import first')).option('--plan <id>', 'deploy this plan').option('--plan-hash <hash>', 'only if it is still this one').option('--destroy', "also delete what holds a client's data").option('-y, --yes', 'do not ask').option('--no-watch', 'do not wait for its end')
    .description('import, plan, show the changes, deploy, and follow it').action(deploy)
  program.command('undeploy').argument('<plan>', 'id of the plan').option('--destroy', "also delete what holds a client's data").option('-y, --yes', 'do not ask').option('--no-watch', 'do not wait for its end').description('take back what a plan has deployed').action(undeploy)
  program.command('links').argument('<template>', 'id or name').option('--client <name>', 'only of this client').option('--plan <id>', 'only of this plan').description('what exists at the providers because of a template').action(links)
}
