import type { Router } from 'express'
import type { SandboxContext } from '../kernel.ts'
import { locationOf } from './access.ts'
import { checkBody, checkQuery, fields } from './body.ts'
import type { Fields } from './body.ts'
import { all, getOwned, isSameName, listed, newId } from './context.ts'
import type { Owned } from './context.ts'
import type { Opportunity } from './opportunities.ts'
import { GhlRefusal } from './refusal.ts'
import { keptStage, newStage, readStages } from './stages.ts'
import type { Stage } from './stages.ts'
import { requirePipelineScope } from './token.ts'

export interface Pipeline extends Owned {
  stages: Stage[]
  [detail: string]: unknown
}

/** Neither id, position, locationId nor dates: a PUT that holds them is refused. */
const changeable: Fields = fields({ string: 'name', array: 'stages', boolean: 'showInFunnel showInPieChart useOpportunityProbability' })
const creatable: Fields = { ...changeable, ...fields({ string: 'locationId* name*', array: 'stages*' }) }
/** Source: HighLevel's Opportunities API, pipelines (scopes pipelines.create, pipelines.write). */
export function addPipelineRoutes(router: Router, sandbox: SandboxContext): void {
  const { store } = sandbox
  router.use('/opportunities/pipelines', requirePipelineScope)

  function refuseTwin(location: string, name: string, except?: string): void {
    const twin = all<Pipeline>(sandbox, 'pipeline', location).some((other) => other.id !== except && isSameName(other.name, name))
    if (twin) throw new GhlRefusal(400, `A pipeline with the name ${name} already exists`)
  }

  const opportunitiesOf = ({ id }: Pipeline) => store.list<Opportunity>('opportunity').filter(({ body }) => body.pipelineId === id)

  router.get('/opportunities/pipelines', (req, res) => {
    checkQuery(fields({ string: 'locationId*' }), req.query)
    res.json({ pipelines: listed(sandbox, 'pipeline', locationOf(res)) })
  })
  router.post('/opportunities/pipelines', (req, res) => {
    const { stages, ...asked } = checkBody(creatable, req.body)
    refuseTwin(locationOf(res), String(asked['name']))
    const now = new Date().toISOString()
    const pipeline = { ...asked, id: newId(), stages: readStages(stages, newStage, []), dateAdded: now, dateUpdated: now }
    store.put('pipeline', pipeline.id, pipeline)
    res.status(201).json({ pipeline })
  })
  router.get('/opportunities/pipelines/:id', (req, res) => void res.json({ pipeline: getOwned(sandbox, res, 'pipeline', req.params.id) }))
  router.put('/opportunities/pipelines/:id', (req, res) => {
    const current = getOwned<Pipeline>(sandbox, res, 'pipeline', req.params.id)
    const { stages, ...asked } = checkBody(changeable, req.body)
    if (asked['name'] !== undefined) refuseTwin(current.locationId, String(asked['name']), current.id)
    const kept = stages === undefined ? current.stages : readStages(stages, keptStage, current.stages)
    const pipeline = { ...current, ...asked, stages: kept, dateUpdated: new Date().toISOString() }
    store.put('pipeline', current.id, pipeline)
    const lowest = kept.toSorted((one, other) => one.position - other.position)[0]
    for (const { id, body } of opportunitiesOf(current)) {
      if (!kept.some((stage) => stage.id === body.pipelineStageId)) store.put('opportunity', id, { ...body, pipelineStageId: lowest?.id })
    }
    res.json({ pipeline })
  })
  router.delete('/opportunities/pipelines/:id', (req, res) => {
    const pipeline = getOwned<Pipeline>(sandbox, res, 'pipeline', req.params.id)
    // As the vendor does, without asking: this is why it must never happen automatically.
    for (const { id } of opportunitiesOf(pipeline)) store.delete('opportunity', id)
    store.delete('pipeline', pipeline.id)
    res.json({ succeded: true })
  })
}
