import { type Clients, clients } from './clients.ts'
import { type DeadLetterList, deadLetters } from './dead-letters.ts'
import { type Deployment, type DeploymentEvent, type Deployments, type DeploymentStatus, deploymentOf, deployments } from './deployments.ts'
import type { WatchOptions } from './follow.ts'
import { type Pipelines, pipelines } from './pipelines.ts'
import { type Quality, quality } from './quality.ts'
import { type AnswerOf, type Ask, type Credentials, createAsk, noCredentials, proofOf } from './request.ts'
import { type RetryPolicy, standardRetry } from './retry.ts'
import { type Login, type SessionStore, createSession, memoryStore } from './session.ts'
import { type PlanToDeploy, type Template, type Templates, deployPlan, templates } from './templates.ts'
import { type Workflows, workflows } from './workflows.ts'

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

/** Who asks: an access token, or what gives one; an API key; a password, which logs in when it is needed; or a login that is kept. Default: nobody, until `login`. */
export type Auth = { token: string | (() => string | Promise<string>) } | { apiKey: string } | Login | { session: SessionStore }

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

/** A token cannot be renewed here, but whoever gives it may give another one. */
const bearer = (token: () => string | Promise<string>): Credentials => ({
  headers: async () => proofOf(await token()),
  renew: async ({ Authorization }) => Authorization !== `Bearer ${await token()}`,
})

function addressOf(baseUrl: string): string {
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) throw new TypeError(`baseUrl is "${baseUrl}": it must be an address such as https://slipway.example`)
  return baseUrl.replace(/\/+$/, '')
}

/** The client of one Slipway. */
export function createSlipway({ baseUrl, auth = { session: memoryStore() }, retry = {}, fetch = (...request) => globalThis.fetch(...request) }: SlipwayOptions): Slipway {
  const connection = { baseUrl: addressOf(baseUrl), fetch, retry: { ...standardRetry, ...retry } }
  const bare = createAsk({ ...connection, credentials: noCredentials })
  const session = 'session' in auth ? createSession(bare, auth.session) : 'password' in auth ? createSession(bare, memoryStore(), auth) : undefined
  const given = (): Credentials => {
    if ('apiKey' in auth) return bearer(() => auth.apiKey)
    const { token } = auth as { token: string | (() => string | Promise<string>) }
    return bearer(typeof token === 'string' ? () => token : token)
  }
  const ask = createAsk({ ...connection, credentials: session ?? given() })
  const sessionOnly = () => {
    if (session === undefined) throw new TypeError('This client was made with a token or a key: there is no login to begin or to end')
    return session
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
