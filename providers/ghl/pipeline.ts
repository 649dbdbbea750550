import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { ManualStep, ProviderError } from '../provider.ts'
import type { Account, Connection, Desired, Live, ResourceType, SpecProblem } from '../provider.ts'
import { missingScope } from './client.ts'
import type { GhlClient } from './client.ts'
import type { Item } from './items.ts'
import { isNamed, named, nameOf, pageUrl, trimmed } from './named.ts'
import { withoutReadOnly } from './read-only.ts'
import { pick, problemsOf } from './shape.ts'
import type { Shape } from './shape.ts'
import { inOrder, stagesOf, stagesToPost, stagesToPut } from './stages.ts'

const shape: Shape = { name: 'text!', stages: 'list!', showInFunnel: 'flag', showInPieChart: 'flag', useOpportunityProbability: 'flag' }
const stageShape: Shape = { name: 'text!', position: 'number', stageWinProbability: 'number', showInFunnel: 'flag', showInPieChart: 'flag', color: 'text' }
const page = '/opportunities/pipeline'

const verbs = named({
  title: 'Pipeline',
  one: 'pipeline',
  many: 'pipelines',
  scopes: { read: 'pipelines.readonly', create: 'pipelines.create', write: 'pipelines.write' },
  collection: () => '/opportunities/pipelines',
  listing: (location) => `/opportunities/pipelines?locationId=${location}`,
  specOf: (item) => ({ ...pick(shape, item), stages: liveStages(item).map((stage) => pick(stageShape, stage)) }),
  match: (items, desired) => items.find((item) => isNamed(item, nameOf(desired))),
  bodyOfCreate: (desired, locationId) => ({ ...desired.spec, name: nameOf(desired), stages: stagesToPost(stagesOf(desired.spec['stages'])), locationId }),
  bodyOfUpdate: (desired, live) => ({ ...desired.spec, name: nameOf(desired), stages: stagesToPut(stagesOf(desired.spec['stages']), stagesOf(live.facts?.['stages'])) }),
  factsOf: (item) => ({ stages: liveStages(item) }),
  page,
})

const liveStages = (item: Item): JsonObject[] => inOrder(stagesOf(item['stages']))

/**
 * A pipeline with its stages. A PUT replaces all stages, a DELETE takes every opportunity with it, and both are refused to
 * tokens without the newer `pipelines.*` scopes. Source: Opportunities API, pipelines.
 */
export const pipeline: ResourceType<GhlClient> = {
  ...verbs,
  validate: (spec) => [...problemsOf(shape, spec), ...(Array.isArray(spec['stages']) ? stageProblems(spec['stages']) : [])],
  normalize(given) {
    const { spec, notes } = withoutReadOnly(given)
    const stages = inOrder(stagesOf(spec['stages']).map((stage, position) => ({ position, ...withoutReadOnly(stage).spec })))
    return { spec: { ...trimmed(spec), stages }, notes }
  },
  naturalKey: (desired) => nameOf(desired).toLowerCase(),
  create: (account, desired) => orByHand(account, `Create ${described(desired)}`, () => verbs.create(account, desired)),

  async update(account, live, desired) {
    await keepOpportunities(account, live, desired)
    return orByHand(account, `Make the pipeline "${String(live.spec['name'])}" ${described(desired)}`, () => verbs.update(account, live, desired))
  },

  async remove(account, externalId, options) {
    const live = await verbs.get(account, externalId)
    if (!live) return
    const name = `the pipeline "${String(live.spec['name'])}"`
    const held = options.force ? 0 : await countOpportunities(account, { pipeline_id: externalId }, `Delete ${name}, if it holds no opportunities`)
    if (held > 0) throw new ManualStep(`Delete ${name}: it holds ${String(held)} opportunities, which would be deleted with it`, pageUrl(account.connection, page))
    await orByHand(account, `Delete ${name}`, () => verbs.remove(account, externalId, options))
  },
}

function stageProblems(stages: Json[]): SpecProblem[] {
  if (stages.length === 0) return [{ pointer: '/stages', message: 'must hold at least one stage' }]
  return stages.flatMap((stage, at) =>
    isObject(stage)
      ? problemsOf(stageShape, stage).map((problem) => ({ ...problem, pointer: `/stages/${String(at)}${problem.pointer}` }))
      : [{ pointer: `/stages/${String(at)}`, message: 'must be an object' }],
  )
}

const described = (desired: Desired): string =>
  `the pipeline "${nameOf(desired)}" with the stages ${stagesOf(desired.spec['stages']).map(({ name }) => `"${String(name)}"`).join(', ')}`

/** What the token may not do, a person is asked to. */
async function orByHand<T>({ connection }: Account<GhlClient>, instruction: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw byHand(error, instruction, connection)
  }
}

const byHand = (error: unknown, instruction: string, connection: Connection): unknown =>
  error instanceof ProviderError && error.details.vendorCode === missingScope ? new ManualStep(`${instruction}. ${error.message}`, pageUrl(connection, page)) : error

/** A stage that a PUT leaves out is gone, and its opportunities are moved to the first one. */
async function keepOpportunities(account: Account<GhlClient>, live: Live, desired: Desired): Promise<void> {
  const before = stagesOf(live.facts?.['stages'])
  const kept = stagesToPut(stagesOf(desired.spec['stages']), before).map(({ id }) => id)
  for (const { id, name } of before.filter((stage) => !kept.includes(stage['id']))) {
    const where = `Move the opportunities out of the stage "${String(name)}" of the pipeline "${String(live.spec['name'])}", which the template no longer has, then deploy again`
    const held = await countOpportunities(account, { pipeline_id: live.externalId, pipeline_stage_id: String(id) }, where)
    if (held > 0) throw new ManualStep(where, pageUrl(account.connection, page))
  }
}

/** This search alone names its parameters with underscores. */
async function countOpportunities(account: Account<GhlClient>, filter: Record<string, string>, instruction: string): Promise<number> {
  const { client } = account
  const query = new URLSearchParams({ location_id: client.location, ...filter, limit: '1' })
  const body = await orByHand(account, instruction, () => client.get({ path: `/opportunities/search?${query.toString()}`, scope: 'opportunities.readonly' }))
  const total = isObject(body?.['meta']) ? body['meta']['total'] : undefined
  if (typeof total === 'number') return total
  const found = body?.['opportunities']
  if (Array.isArray(found)) return found.length
  throw new ProviderError('ghl did not say how many opportunities there are', { provider: 'ghl', retryable: true })
}
