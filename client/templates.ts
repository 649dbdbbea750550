import { type Deployment, deploymentOf } from './deployments.ts'
import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export type TemplateSummary = AnswerOf<'listTemplates'>['items'][number]
export type TemplateVersion = AnswerOf<'listTemplateVersions'>['items'][number]
export type SearchResult = AnswerOf<'searchTemplates'>
export type Found = SearchResult['items'][number]
export type ImportResult = AnswerOf<'importTemplate'>
export type Instance = Extract<AnswerOf<'customizeTemplate'>, { instanceId: string }>
export type Preview = Exclude<AnswerOf<'customizeTemplate'>, Instance>
export type PlanResult = AnswerOf<'planDeployment'>
export type Change = PlanResult['changes'][number]
export type Link = AnswerOf<'listLinks'>[number]
export type Diff = AnswerOf<'compareVersions'>
type Customization = Omit<BodyOf<'customizeTemplate'>, 'dryRun'>

/** What goes from a template to a running deployment in one call. */
export interface DeployRequest extends BodyOf<'planDeployment'> {
  /** Called with what would change before anything is deployed; false leaves it at the plan. */
  approve?: (plan: PlanResult) => boolean | Promise<boolean>
}

/** A template with what can be done with it. */
export interface Template extends TemplateSummary {
  versions(): Listing<TemplateVersion>
  content(version?: string): Promise<AnswerOf<'getTemplateVersion'>>
  diff(from: string, to?: string): Promise<Diff>
  /** A project made of a project template, as tar. */
  instantiate(request: BodyOf<'instantiateTemplate'>): Promise<Uint8Array>
  /** Renders it with variables; equal input gives the same instance. */
  customize(request: Customization): Promise<Instance>
  /** The rendering alone: nothing is stored. */
  preview(request: Customization): Promise<Preview>
  plan(request: BodyOf<'planDeployment'>): Promise<PlanResult>
  /** Writes a plan's prompts and documents. */
  resources(planId: string): Promise<AnswerOf<'initializeResources'>>
  /** Plans, writes prompts and documents, and deploys just what was planned; a plan that exists takes the new variables. Undefined when it was not approved. */
  deploy(request: DeployRequest): Promise<Deployment | undefined>
  links(query?: QueryOf<'listLinks'>): Promise<Link[]>
}

export interface Templates {
  list(query?: QueryOf<'listTemplates'>): Listing<TemplateSummary>
  search(request?: BodyOf<'searchTemplates'>): Listing<Found, SearchResult>
  /** By its id, or its name where one kind alone has it. */
  get(idOrName: string): Promise<Template>
  import(request: BodyOf<'importTemplate'>): Promise<ImportResult>
  /** A new version. */
  update(idOrName: string, request: BodyOf<'updateTemplate'>): Promise<ImportResult>
  publish(idOrName: string, version?: string): Promise<TemplateSummary>
  rollback(idOrName: string, version: string): Promise<ImportResult>
  delete(idOrName: string, query?: QueryOf<'deleteTemplate'>): Promise<void>
  restore(idOrName: string): Promise<TemplateSummary>
  /** What import takes: the artifact as JSON, or the tar of a project template's directory. */
  export(idOrName: string, version?: string): Promise<Uint8Array>
}

function templateOf(ask: Ask, summary: TemplateSummary): Template {
  const path = { id: summary.id }
  const plan: Template['plan'] = (body) => ask('post', '/api/v1/templates/{id}/plan', { params: { path }, body })
  const resources: Template['resources'] = (planId) => ask('post', '/api/v1/templates/{id}/resources', { params: { path }, body: { planId } })
  return {
    ...summary,
    versions: () => listing((at) => ask('get', '/api/v1/templates/{id}/versions', { params: { path, query: at } })),
    content: (version = summary.version) => ask('get', '/api/v1/templates/{id}/versions/{version}', { params: { path: { ...path, version } } }),
    diff: (from, to) => ask('get', '/api/v1/templates/{id}/diff', { params: { path, query: { from, ...(to === undefined ? {} : { to }) } } }),
    instantiate: async (body) => new Uint8Array(await ask('post', '/api/v1/templates/{id}/instantiate', { params: { path }, body, parseAs: 'arrayBuffer' })),
    customize: (body) => ask('post', '/api/v1/templates/{id}/customize', { params: { path }, body: { ...body, dryRun: false as const } }),
    preview: (body) => ask('post', '/api/v1/templates/{id}/customize', { params: { path }, body: { ...body, dryRun: true as const } }),
    plan,
    resources,
    async deploy({ approve, ...request }) {
      const planned = await plan({ replace: true, ...request })
      if (approve && !(await approve(planned))) return undefined
      await resources(planned.planId)
      return deployPlan(ask, { templateId: summary.id, planId: planned.planId, planHash: planned.planHash })
    },
    links: (query = {}) => ask('get', '/api/v1/templates/{id}/links', { params: { path, query } }),
  }
}

export interface PlanToDeploy extends BodyOf<'deployPlan'> {
  /** Its template, where it is known. */
  templateId?: string
}

/** Deploys a plan that was made before. */
export async function deployPlan(ask: Ask, { templateId, ...body }: PlanToDeploy): Promise<Deployment> {
  const id = templateId ?? (await ask('get', '/api/v1/plans/{id}', { params: { path: { id: body.planId } } })).templateId
  const { recordId } = await ask('post', '/api/v1/templates/{id}/deploy', { params: { path: { id } }, body })
  return deploymentOf(ask, recordId)
}

export const templates = (ask: Ask): Templates => ({
  list: (query = {}) => listing((at) => ask('get', '/api/v1/templates', { params: { query: { ...query, ...at } } })),
  search: (body = {}) => listing<Found, SearchResult>((at) => ask('post', '/api/v1/templates/search', { body: { ...body, ...at } })),
  get: async (id) => templateOf(ask, await ask('get', '/api/v1/templates/{id}', { params: { path: { id } } })),
  import: (body) => ask('post', '/api/v1/templates/import', { body }),
  update: (id, body) => ask('put', '/api/v1/templates/{id}', { params: { path: { id } }, body }),
  publish: (id, version) => ask('post', '/api/v1/templates/{id}/publish', { params: { path: { id } }, body: version === undefined ? {} : { version } }),
  rollback: (id, version) => ask('post', '/api/v1/templates/{id}/rollback', { params: { path: { id } }, body: { version } }),
  async delete(id, query = {}) {
    await ask('delete', '/api/v1/templates/{id}', { params: { path: { id }, query } })
  },
  restore: (id) => ask('post', '/api/v1/templates/{id}/restore', { params: { path: { id } } }),
  export: async (id, version) => new Uint8Array(await ask('get', '/api/v1/templates/{id}/export', { params: { path: { id }, query: version === undefined ? {} : { version } }, parseAs: 'arrayBuffer' })),
})
