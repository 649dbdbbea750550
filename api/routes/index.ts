import type { Operations } from '../../contracts/operations.ts'
import type { AnyCall, AnyReply, HandlerOf } from '../call.ts'
import type { ApiContext } from '../context.ts'
import type { Streaming } from '../stream.ts'
import { apiKeys } from './api-keys.ts'
import { audit } from './audit.ts'
import { auth } from './auth.ts'
import { clients } from './clients.ts'
import { connections } from './connections.ts'
import { deadLetters } from './dead-letters.ts'
import { deployments } from './deployments.ts'
import { instances } from './instances.ts'
import { invitations } from './invitations.ts'
import { kb } from './kb.ts'
import { pipelines } from './pipelines.ts'
import { plans } from './plans.ts'
import { projects } from './projects.ts'
import { quality } from './quality.ts'
import { repository } from './repository.ts'
import { service } from './service.ts'
import { stages } from './stages.ts'
import { templates } from './templates.ts'
import { tenants } from './tenants.ts'
import { users } from './users.ts'
import { versions } from './versions.ts'
import { workflowRuns } from './workflow-runs.ts'
import { workflows } from './workflows.ts'

export type Handlers = { [K in keyof Operations]: HandlerOf<Operations[K]> }

/** A handler for every operation of the table: the compiler says which is missing. */
export const handlers: Handlers = { ...templates, ...versions, ...stages, ...projects, ...instances, ...quality, ...plans, ...pipelines, ...workflows, ...workflowRuns, ...deployments, ...deadLetters, ...clients, ...connections, ...kb, ...audit, ...repository, ...auth, ...users, ...apiKeys, ...invitations, ...tenants, ...service }

/** The table types each handler by its own row; whoever has parsed a call by a row may give it to that row's handler. */
export const handlerOf = (id: keyof Operations) => handlers[id] as (ctx: ApiContext, call: AnyCall) => Promise<AnyReply>
export const streamHandlerOf = (id: keyof Operations) => handlers[id] as (ctx: ApiContext, call: AnyCall) => Promise<Streaming['write']>
