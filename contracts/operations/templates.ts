import { z } from 'zod'
import * as api from '../api.ts'
import * as registry from '../registry.ts'
import { searchAnswer, searchRequest } from '../search.ts'
import { templateArtifact } from '../artifact.ts'
import { artifact, examples, ids } from '../examples.ts'
import { operation } from '../operation.ts'
import * as pipelines from '../pipelines.ts'
import * as queries from '../queries.ts'

const tag = 'Templates'
const named = ['404.template_not_found', '409.name_ambiguous'] as const

/** From a template to a running deployment: the five stages and what they made. */
export const templateOperations = {
  importTemplate: operation({
    method: 'post', path: '/templates/import', at: 'both', access: ['template:import'], tag,
    summary: 'Import a template',
    description: 'A template with this name and kind that exists is answered as it is; `force: true` makes a new version. A raw n8n workflow export or Retell agent is wrapped. A project template may come as the tar of its directory: with a manifest, or of Cookiecutter or Copier.',
    query: queries.importQuery, body: api.importRequest, archives: { kind: 'project' }, example: { kind: 'retell', name: artifact.name, content: artifact },
    answers: {
      201: { description: 'Imported', schema: api.importAnswer, example: examples.imported },
      200: { description: 'It was there', schema: api.importAnswer, example: examples.importedBefore },
    },
    errors: ['400.artifact_schema_invalid', '400.content_unreadable', '409.version_exists'],
  }),
  createTemplate: operation({
    method: 'post', path: '/templates', at: 'v1', access: ['template:write'], tag, summary: 'Make a template',
    description: 'As an import. By someone who may not import it is a draft, until it is published.',
    body: api.importRequest, archives: { kind: 'project' }, example: { kind: 'retell', name: artifact.name, content: artifact },
    answers: {
      201: { description: 'Made', schema: api.importAnswer, example: examples.imported },
      200: { description: 'It was there', schema: api.importAnswer, example: examples.importedBefore },
    },
    errors: ['400.artifact_schema_invalid', '400.content_unreadable', '409.version_exists'],
  }),
  searchTemplates: operation({
    method: 'post', path: '/templates/search', at: 'v1', access: ['template:read'], tag, summary: 'Search templates',
    description: 'Over name, title, description, tags and content, best first; without a query, the latest first.',
    body: searchRequest, example: { query: 'dental recep', filters: { kind: 'retell' } },
    answers: { 200: { description: 'A page of templates, with how many there are of each kind, category and tag', schema: searchAnswer, example: examples.found } }, errors: [],
  }),
  listTemplates: operation({
    method: 'get', path: '/templates', at: 'both', access: ['template:read'], tag, summary: 'List templates', query: queries.templatesQuery,
    answers: { 200: { description: 'A page of templates', schema: api.lists.templates, example: examples.templates } }, errors: [],
  }),
  getTemplate: operation({
    method: 'get', path: '/templates/{id}', at: 'both', access: ['template:read'], tag, summary: 'Read a template', params: queries.byIdOrName, etag: true, cached: true,
    answers: { 200: { description: 'The template at its newest version', schema: api.template, example: examples.template } }, errors: named,
  }),
  updateTemplate: operation({
    method: 'put', path: '/templates/{id}', at: 'v1', access: ['template:write'], tag, summary: 'Change a template',
    description: 'Makes a new version; kind and name stay. Without content, the newest gets the other `meta`. By someone who may not import, the version is a draft. A project template may come as the tar of its directory.',
    params: queries.byIdOrName, query: queries.updateQuery, body: registry.templateUpdate, archives: {}, example: { meta: { title: 'Front desk' } }, etag: true,
    answers: {
      201: { description: 'The new version', schema: api.importAnswer, example: examples.rolledBack },
      200: { description: 'The newest version says this already', schema: api.importAnswer, example: examples.importedBefore },
    },
    errors: [...named, '400.artifact_schema_invalid', '400.content_unreadable', '409.version_exists'],
  }),
  deleteTemplate: operation({
    method: 'delete', path: '/templates/{id}', at: 'v1', access: ['template:write'], tag, summary: 'Delete a template',
    description: 'It can be restored: versions stay, and what is deployed.',
    params: queries.byIdOrName, query: queries.deleteTemplateQuery, etag: true, answers: { 204: { description: 'Deleted' } }, errors: [...named, '409.in_use'],
  }),
  restoreTemplate: operation({
    method: 'post', path: '/templates/{id}/restore', at: 'v1', access: ['template:write'], tag, summary: 'Bring a deleted template back',
    params: queries.byIdOrName, etag: true, answers: { 200: { description: 'It is there', schema: api.template, example: examples.template } }, errors: named,
  }),
  publishTemplate: operation({
    method: 'post', path: '/templates/{id}/publish', at: 'v1', access: ['template:import'], tag, summary: 'Publish a draft',
    description: 'From then on it is what the template is.',
    params: queries.byIdOrName, body: registry.publishRequest, example: {}, etag: true,
    answers: { 200: { description: 'The template at this version', schema: api.template, example: examples.template } }, errors: [...named, '404.version_not_found', '422.quality_insufficient', '422.quality_unknown'],
  }),
  listTemplateVersions: operation({
    method: 'get', path: '/templates/{id}/versions', at: 'v1', access: ['template:read'], tag, summary: "List a template's versions",
    description: "Each with its commit in the tenant's git repository, which is made soon after the version: `sha` is null until then.",
    params: queries.byIdOrName, query: queries.versionsQuery,
    answers: { 200: { description: 'A page of versions', schema: registry.templateVersions, example: examples.versions } }, errors: named,
  }),
  getTemplateVersion: operation({
    method: 'get', path: '/templates/{id}/versions/{version}', at: 'v1', access: ['template:read'], tag, summary: 'Read a version with its content',
    params: queries.byVersion, etag: true, cached: true,
    answers: { 200: { description: 'The version; it never changes', schema: registry.templateVersionContent, example: examples.versionContent } }, errors: [...named, '404.version_not_found'],
  }),
  compareVersions: operation({
    method: 'get', path: '/templates/{id}/diff', at: 'v1', access: ['template:read'], tag, summary: 'Compare two versions of a template',
    params: queries.byIdOrName, query: queries.diffQuery,
    answers: { 200: { description: 'What differs, place by place and line by line', schema: registry.templateDiff, example: examples.compared } }, errors: [...named, '404.version_not_found'],
  }),
  exportTemplate: operation({
    method: 'get', path: '/templates/{id}/export', at: 'v1', access: ['template:read'], tag, summary: 'Export a template as one file',
    description: 'What import takes: brought in elsewhere, it is the same template with the same `contentRef`. A project template is a tar of its directory, with `manifest.yaml` and `slipway.yaml`.',
    params: queries.byIdOrName, query: queries.exportQuery, etag: true,
    answers: { 200: { description: 'The artifact', schema: templateArtifact, example: examples.exported, archive: true } }, errors: [...named, '404.version_not_found'],
  }),
  instantiateTemplate: operation({
    method: 'post', path: '/templates/{id}/instantiate', at: 'v1', access: ['template:read'], tag,
    summary: 'Make a project of a template',
    description: 'Renders names and contents of a project template\'s files, and answers them as a tar in which all lies in a folder called `projectName`. Equal input, equal bytes; nothing is stored. A version that stays a draft because of its quality is its author\'s alone.',
    params: queries.byIdOrName, body: api.instantiateRequest, example: { projectName: 'orders-api', parameters: { description: 'Takes orders', port: 8080 } },
    answers: { 200: { description: 'The project', archive: true } },
    errors: [...named, '404.version_not_found', '422.kind_unsupported', '422.variables_invalid', '422.render_failed', '422.quality_insufficient', '422.quality_unknown'],
  }),
  rollbackTemplate: operation({
    method: 'post', path: '/templates/{id}/rollback', at: 'v1', access: ['template:write'], tag, summary: 'Go back to an earlier version',
    description: 'Nothing is lost: the content of that version becomes a new one, with the next patch number.',
    params: queries.byIdOrName, body: registry.rollbackRequest, example: { version: '1.1.0' }, etag: true,
    answers: {
      201: { description: 'The new version', schema: api.importAnswer, example: examples.rolledBack },
      200: { description: 'The newest version has this content already', schema: api.importAnswer, example: examples.importedBefore },
    },
    errors: [...named, '404.version_not_found', '400.artifact_schema_invalid', '400.content_unreadable', '409.version_exists'],
  }),
  customizeTemplate: operation({
    method: 'post', path: '/templates/{id}/customize', at: 'both', access: ['template:write'], tag,
    summary: 'Render a template with variables',
    description: 'Equal input, equal `instanceId`. `dryRun: true` answers the rendering and stores nothing.',
    params: queries.byIdOrName, query: queries.customizeQuery, body: api.customizeRequest, example: { variables: { companyName: 'Bright Smile' } },
    answers: {
      201: { description: 'The instance', schema: api.customizeAnswer, example: examples.customized },
      200: { description: 'The instance was there; with `dryRun`, the rendering', schema: z.union([api.customizeAnswer, api.dryRunAnswer]), example: examples.dryRun },
    },
    errors: [...named, '404.version_not_found', '404.kb_document_not_found', '422.kind_unsupported', '422.variables_invalid', '422.render_failed', '422.llm_failed', '502.provider_error_llm'],
  }),
  getInstance: operation({
    method: 'get', path: '/instances/{id}', at: 'v1', access: ['template:read'], tag, summary: 'Read an instance', params: queries.byId, etag: true, cached: true,
    answers: { 200: { description: 'What was rendered; it never changes. Secrets show as their expressions', schema: api.instance, example: examples.instance } }, errors: ['404.instance_not_found'],
  }),
  planDeployment: operation({
    method: 'post', path: '/templates/{id}/plan', at: 'both', access: ['deploy:plan'], tag,
    summary: 'Plan a deployment for a client',
    description: 'Answers what would change at each provider. The same template, client, targets and instance give the same plan; another instance needs `replace: true`.',
    params: queries.byIdOrName, query: queries.planQuery, body: api.planRequest, example: { clientId: ids.client, targets: ['retell'], instanceId: ids.instance },
    answers: {
      201: { description: 'Planned', schema: api.planAnswer, example: examples.planned },
      200: { description: 'The plan was there', schema: api.planAnswer, example: examples.planned },
    },
    errors: [...named, '404.client_not_found', '404.instance_not_found', '409.plan_exists', '409.version_draft', '409.deployment_in_progress', '422.kind_unsupported', '422.target_unsupported', '422.variables_invalid', '422.render_failed', '422.connection_missing'],
  }),
  initializeResources: operation({
    method: 'post', path: '/templates/{id}/resources', at: 'both', access: ['deploy:resources'], tag,
    summary: "Write a plan's prompts and documents to Supabase",
    description: 'Stage by stage; a rerun overwrites stage by stage.',
    params: queries.byIdOrName, body: api.resourcesRequest, example: { planId: ids.plan },
    answers: { 201: { description: 'Written', schema: api.resourcesAnswer, example: examples.resources } },
    errors: [...named, '404.plan_not_found', '422.connection_missing', '502.provider_error_supabase'],
  }),
  deployPlan: operation({
    method: 'post', path: '/templates/{id}/deploy', at: 'both', access: ['deploy:execute'], tag,
    summary: 'Deploy a plan',
    description: 'Answers as soon as the record exists; read it, or follow its events. A parked deployment of the same plan is superseded.',
    params: queries.byIdOrName, body: api.deployRequest, example: { planId: ids.plan },
    answers: { 202: { description: 'Accepted: the record exists and its run has begun', schema: api.recordAnswer, example: examples.recordId } },
    errors: [...named, '404.plan_not_found', '409.plan_stale', '409.deployment_in_progress'],
  }),
  listLinks: operation({
    method: 'get', path: '/templates/{id}/links', at: 'both', access: ['link:read'], tag,
    summary: 'What exists at the providers because of a template',
    params: queries.byIdOrName, query: queries.linksQuery,
    answers: { 200: { description: "The providers' resources", schema: z.array(api.providerLink), example: examples.links } }, errors: named,
  }),
  getPlan: operation({
    method: 'get', path: '/plans/{id}', at: 'v1', access: ['deployment:read'], tag: 'Deployments', summary: 'Read a plan', params: queries.byId, etag: true,
    answers: { 200: { description: 'The plan, secrets redacted', schema: api.deploymentPlan, example: examples.plan } }, errors: ['404.plan_not_found'],
  }),
  undeployPlan: operation({
    method: 'post', path: '/plans/{id}/undeploy', at: 'v1', access: ['deploy:undeploy'], tag: 'Deployments', summary: 'Take back what a plan deployed',
    description: "What holds a client's data is left, with a manual step, unless `destroy: true`.",
    params: queries.byId, body: api.undeployRequest, example: { destroy: false }, etag: true,
    answers: { 202: { description: 'Accepted', schema: api.recordAnswer, example: examples.recordId } }, errors: ['404.plan_not_found', '409.deployment_in_progress'],
  }),
  getResourcePlan: operation({
    method: 'get', path: '/resource-plans/{id}', at: 'v1', access: ['deployment:read'], tag: 'Deployments', summary: 'Read a resource plan', params: queries.byId,
    answers: { 200: { description: 'Prompts and documents by stage', schema: api.resourcePlan, example: examples.resourcePlan } }, errors: ['404.resource_plan_not_found'],
  }),
  startPipeline: operation({
    method: 'post', path: '/pipelines', at: 'v1', access: ['template:import', 'template:write', 'deploy:plan', 'deploy:resources', 'deploy:execute', 'client:write'], tag: 'Pipelines',
    summary: 'Run all five stages as one',
    body: pipelines.pipelineRequest, example: { templateId: artifact.name, client: { name: 'Bright Smile' }, variables: { companyName: 'Bright Smile' }, targets: ['retell'] },
    answers: { 202: { description: 'Accepted', schema: pipelines.pipelineStarted, example: examples.pipelineStarted } },
    errors: [...named, '404.client_not_found', '409.pipeline_in_progress'],
  }),
  getPipeline: operation({
    method: 'get', path: '/pipelines/{id}', at: 'v1', access: ['deployment:read'], tag: 'Pipelines', summary: 'Read a pipeline', params: queries.byId,
    answers: { 200: { description: 'Its stages with status and ids', schema: pipelines.pipeline, example: examples.pipeline } }, errors: ['404.pipeline_not_found'],
  }),
}
