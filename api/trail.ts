import type { Response } from 'express'
import { isObject } from '../domain/json.ts'

/** What is known of a request while it is answered, for its log line. */
export interface Trail {
  correlationId: string
  receivedAt: number
  /** As OpenAPI writes it, or `unmatched`. */
  route: string
  actor?: string
  tenant?: string
  /** What it is about, as logs name it: `template_id`, `plan_id`, … */
  about?: Record<string, string>
  /** Why it was refused. */
  code?: string
}

const known = { templateId: 'template_id', instanceId: 'instance_id', planId: 'plan_id', recordId: 'record_id', pipelineId: 'pipeline_id', workflowId: 'workflow_id', runId: 'run_id', provider: 'provider' } as const
/** What `{id}` is, by the noun before it. */
const owners: Record<string, string> = { templates: 'template_id', plans: 'plan_id', deployments: 'record_id', pipelines: 'pipeline_id', workflows: 'workflow_id', runs: 'run_id' }

/** The ids that a request and its answer name. */
export function aboutOf(route: string, params: unknown, ...bodies: unknown[]): Record<string, string> {
  const about: Record<string, string> = {}
  const owner = owners[/([a-z-]+)\/\{id\}/.exec(route)?.[1] ?? '']
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : undefined
  if (owner !== undefined && typeof id === 'string') about[owner] = id
  for (const body of bodies) {
    if (!isObject(body)) continue
    for (const [key, name] of Object.entries(known)) {
      const value = body[key]
      if (typeof value === 'string') about[name] = value
    }
  }
  return about
}

export const trailOf = (res: Response): Trail => res.locals['trail']
