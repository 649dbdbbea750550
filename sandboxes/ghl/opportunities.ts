import type { Response, Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import type { Fields } from './body.ts'
import { all, getOwned, listed, newId } from './context.ts'
import type { Owned } from './context.ts'
import type { Pipeline } from './pipelines.ts'
import { GhlRefusal } from './refusal.ts'

export interface Opportunity extends Owned {
  pipelineId: string
  pipelineStageId: string | undefined
  contactId: string
  status: string
}

const statuses = ['open', 'won', 'lost', 'abandoned', 'all']
const shape: Fields = {
  ...fields({ string: 'pipelineId* locationId* name* contactId* pipelineStageId assignedTo source', number: 'monetaryValue', array: 'customFields' }),
  status: { type: 'string', required: true, oneOf: statuses },
}
/** The search alone names its parameters with underscores. */
const searchQuery: Fields = fields({ string: 'location_id* pipeline_id pipeline_stage_id contact_id status q order page limit id' })

/** Just enough for a pipeline to hold data. Source: HighLevel's Opportunities API. */
export function addOpportunityRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox

  function checkParts(res: Response, asked: Record<string, unknown>): string | undefined {
    const pipeline = store.get<Pipeline>('pipeline', String(asked['pipelineId']))
    if (pipeline?.locationId !== locationOf(res)) throw new GhlRefusal(400, 'The pipeline id is invalid.')
    const stageId = asked['pipelineStageId'] ?? pipeline.stages[0]?.id
    if (!pipeline.stages.some(({ id }) => id === stageId)) throw new GhlRefusal(400, 'The pipeline stage id is invalid.')
    if (store.get<Owned>('contact', String(asked['contactId']))?.locationId !== locationOf(res)) throw new GhlRefusal(400, 'The contact id is invalid.')
    return String(stageId)
  }

  router.post('/opportunities', (req, res) => {
    const asked = checkBody(shape, req.body)
    const twin = all<Opportunity>(sandbox, 'opportunity', locationOf(res)).find(
      ({ contactId, pipelineId }) => contactId === asked['contactId'] && pipelineId === asked['pipelineId'],
    )
    if (twin) throw new GhlRefusal(400, 'Can not create duplicate opportunity for the contact.', { meta: { existingId: twin.id } })
    const opportunity = { ...asked, id: newId(), pipelineStageId: checkParts(res, asked) }
    store.put('opportunity', opportunity.id, opportunity)
    res.status(201).json({ opportunity })
  })

  router.post('/opportunities/upsert', (req, res) => {
    const asked = checkBody(shape, req.body)
    const pipelineStageId = checkParts(res, asked)
    const current = all<Opportunity>(sandbox, 'opportunity', locationOf(res)).find(
      ({ contactId, pipelineId }) => contactId === asked['contactId'] && pipelineId === asked['pipelineId'],
    )
    const opportunity = { ...current, ...asked, id: current?.id ?? newId(), pipelineStageId }
    store.put('opportunity', opportunity.id, opportunity)
    res.json({ new: current === undefined, opportunity })
  })

  router.get('/opportunities/search', (req, res) => {
    const query = checkQuery(searchQuery, req.query)
    const asked = (key: string, value: unknown) => query[key] === undefined || query[key] === 'all' || query[key] === value
    const found = listed<Opportunity>(sandbox, 'opportunity', locationOf(res)).filter(
      ({ pipelineId, pipelineStageId, contactId, status }) =>
        asked('pipeline_id', pipelineId) && asked('pipeline_stage_id', pipelineStageId) && asked('contact_id', contactId) && asked('status', status),
    )
    const limit = Number(query['limit'] ?? 20)
    const from = (Number(query['page'] ?? 1) - 1) * limit
    res.json({ opportunities: found.slice(from, from + limit), meta: { total: found.length, currentPage: from / limit + 1 }, aggregations: {} })
  })

  router.get('/opportunities/:id', (req, res) => void res.json({ opportunity: getOwned(sandbox, res, 'opportunity', req.params.id) }))
  router.delete('/opportunities/:id', (req, res) => {
    store.delete('opportunity', getOwned(sandbox, res, 'opportunity', req.params.id).id)
    res.json({ succeded: true })
  })
}
