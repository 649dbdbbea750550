import { type Auth, credentialsOf } from './auth.ts'
import { type Clients, clients } from './clients.ts'
import { type DeadLetterList, deadLetters } from './dead-letters.ts'
import { type Deployment, type DeploymentEvent, type Deployments, type DeploymentStatus, deploymentOf, deployments } from './deployments.ts'
import type { WatchOptions } from './follow.ts'
import { type Pipelines, pipelines } from './pipelines.ts'
import { type Quality, quality } from './quality.ts'
import { type AnswerOf, type Ask, createAsk, noCredentials } from './request.ts'
import { type RetryPolicy, standardRetry } from './retry.ts'
import { type Login, memoryStore } from './session.ts'
import { type PlanToDeploy, type Template, type Templates, deployPlan, templates } from './templates.ts'
import { type Workflows, workflows } from './workflows.ts'

export type { Auth } from './auth.ts'
export { ApiError, UnreachableError } from './errors.ts'
export type { ErrorCode, Problem, ProblemError } from './errors.ts'
export { isParked, isSettled } from './deployments.ts'
export type { Deployment, DeploymentEvent, DeploymentRecord, DeploymentStatus } from './deployments.ts'
export type { DeadLetter } from './dead-letters.ts'
export type { Listing, Page } from './listing.ts'
export type { Pipeline } from './pipelines.ts'
export type { AnswerOf, Ask, BodyOf, OperationId, QueryOf } from './request.ts'
export { memoryStore } from './session.ts'
export type { Login, SessionStore, Tokens } from './session.ts'
export type { Change, Link, PlanResult, Template, TemplateSummary } from './templates.ts'
export type { WorkflowStepRun } from './workflow-runs.ts'

export interface SlipwayOptions {
  /** Where Slipway is, e.g. `https://slipway.example`. */
  baseUrl: string
  auth?: Auth
  retry?: Partial<RetryPolicy>
  fetch?: typeof globalThis.fetch
}

export interface Slipway {
  /** Any operation of the API, as the OpenAPI document names it. */
  request: Ask
  login(login: Login): Promise<void>
  logout(): Promise<void>
  me(): Promise<AnswerOf<'getMe'>>
  search: Templates['search']
  getTemplate(idOrName: string): Promise<Template>
  /** Deploys a plan. `getTemplate(…).deploy` also makes it. */
  deploy(plan: PlanToDeploy): Promise<Deployment>
  /** A deployment's events, live. */
  watch(recordId: string, options?: WatchOptions): AsyncGenerator<DeploymentEvent, DeploymentStatus>
  templates: Templates
  clients: Clients
  deployments: Deployments
  deadLetters: DeadLetterList
  pipelines: Pipelines
  workflows: Workflows
  quality: Quality
}

function addressOf(baseUrl: string): string {
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) throw new TypeError(`baseUrl is "${baseUrl}": it must be an address such as https://slipway.example`)
  return baseUrl.replace(/\/+$/, '')
}

/** The client of one Slipway. */
export function createSlipway({ baseUrl, auth = { session: memoryStore() }, retry = {}, fetch = (...request) => globalThis.fetch(...request) }: SlipwayOptions): Slipway {
  const connection = { baseUrl: addressOf(baseUrl), fetch, retry: { ...standardRetry, ...retry } }
  const credentials = credentialsOf(auth, createAsk({ ...connection, credentials: noCredentials }))
  const ask = createAsk({ ...connection, credentials })
  const sessionOnly = () => {
    if (!('login' in credentials)) throw new TypeError('This client was made with a token or a key: there is no login to begin or to end')
    return credentials
  }
  const ofTemplates = templates(ask)
  return {
    request: ask,
    login: async (login) => sessionOnly().login(login),
    logout: async () => sessionOnly().logout(),
    me: () => ask('get', '/api/v1/auth/me'),
    search: ofTemplates.search,
    getTemplate: ofTemplates.get,
    deploy: (plan) => deployPlan(ask, plan),
    watch: (recordId, options) => deploymentOf(ask, recordId).watch(options),
    templates: ofTemplates,
    clients: clients(ask),
    deployments: deployments(ask),
    deadLetters: deadLetters(ask),
    pipelines: pipelines(ask),
    workflows: workflows(ask),
    quality: quality(ask),
  }
}
