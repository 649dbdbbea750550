import { z } from 'zod'
import { givenContent, json, jsonObject, kind, meta, semver, templateName } from './artifact.ts'
import { change } from './plan.ts'
import { projectName, untranslated } from './project.ts'

/** In lower case, as it is stored: ids are compared as text, too. */
const id = z.uuid().toLowerCase()
const at = z.iso.datetime()
const commitSha = z.string().regex(/^[0-9a-f]{40}$/, "a commit's 40 hexadecimal digits")
const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
const provider = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a provider\'s name')
const targets = z.array(provider).min(1, 'name at least one provider').max(16).refine((list) => new Set(list).size === list.length, 'names a provider twice')
const list = <T extends z.ZodType>(item: T) => z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })

/** What lists repeat a hundred times a page. */
const metadata = jsonObject.refine((value) => JSON.stringify(value).length <= 64 * 1024, 'is larger than 64 KiB')
/** Requests. Unknown keys are refused. */
export const importRequest = z.strictObject({
  kind,
  name: templateName.optional().meta({ description: "Default: the content's own name" }),
  version: semver.optional().meta({ description: "Default: the content's own, else the next patch number" }),
  meta: meta.optional(),
  content: givenContent.optional().meta({ description: 'An artifact or a raw n8n or Retell export, as JSON or as JSON or YAML text' }),
  contentRef: z.string().min(1).max(2000).optional().meta({ description: 'A path in the shipped library, or git+https://host/repository.git#path@ref; of a project template, its directory' }),
  archive: z.base64().min(1).optional().meta({ description: "A project template's directory as tar, or gzipped tar, in base64; or send it as the body itself" }),
  force: z.boolean().default(false).meta({ description: 'Make a new version when the template exists' }),
})
  .refine((body) => [body.content, body.contentRef, body.archive].filter((one) => one !== undefined).length === 1, { message: 'send one of content, contentRef and archive', path: ['content'] })
  .refine((body) => body.archive === undefined || body.kind === 'project', { message: 'is for templates of kind project', path: ['archive'] })

export const customizeRequest = z.strictObject({
  variables: jsonObject,
  version: semver.optional(),
  kbRefs: z.array(z.string().min(1).max(64)).max(100).default([]),
  useLlm: z.boolean().default(false),
  dryRun: z.boolean().default(false),
})

export const instantiateRequest = z.strictObject({
  projectName: projectName.meta({ description: 'The name of the directory that is made, and the variable projectName' }),
  parameters: jsonObject.default({}).meta({ description: "The template's variables" }),
  version: semver.optional().meta({ description: 'Default: the newest' }),
})

export const planRequest = z.strictObject({
  clientId: id,
  targets,
  instanceId: id.optional(),
  variables: jsonObject.optional(),
  replace: z.boolean().default(false),
})

export const resourcesRequest = z.strictObject({ planId: id })
export const deployRequest = z.strictObject({ planId: id, planHash: hash.optional(), destroy: z.boolean().default(false) })
export const undeployRequest = z.strictObject({ destroy: z.boolean().default(false).meta({ description: "Also delete what holds a client's data" }) })

export const retryRequest = z.strictObject({ provider: provider.optional(), input: jsonObject.optional().meta({ description: 'Corrected variables; no secrets' }) })
export const skipRequest = z.strictObject({ provider, reason: z.string().min(1).max(2000) })
export const resolveRequest = z.strictObject({
  provider,
  links: z.array(z.strictObject({ name: z.string().min(1).max(200), external_id: z.string().min(1).max(500), url: z.url({ protocol: /^https?$/ }).max(2000).optional() })).max(500),
  reason: z.string().min(1).max(2000),
})
export const cancelRequest = z.strictObject({ reason: z.string().min(1).max(2000).optional() })
export const deadLetterFilter = z.strictObject({ provider: provider.optional(), fingerprint: z.string().max(200).optional(), code: z.string().max(200).optional(), planId: id.optional() })
export const deadLetterRetryRequest = z.strictObject({ filter: deadLetterFilter })

export const clientRequest = z.strictObject({ name: z.string().trim().min(1).max(200), metadata: metadata.optional() })
export const clientPatch = clientRequest.partial()
export const kbDocumentRequest = z.strictObject({
  ref: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/).meta({ description: 'What expressions call it: kb.<ref>' }),
  title: z.string().min(1).max(500).optional(),
  content: z.string().min(1).max(2_000_000),
  metadata: metadata.optional(),
})
export const kbDocumentPatch = kbDocumentRequest.partial()
export type ImportRequest = z.output<typeof importRequest>
export type CustomizeRequest = z.output<typeof customizeRequest>
export type InstantiateRequest = z.output<typeof instantiateRequest>

/** Answers. */
export const versionStatus = z.enum(['draft', 'published'])
export const importAnswer = z.strictObject({
  templateId: id, version: semver, contentRef: z.string(), status: versionStatus, created: z.boolean(),
  untranslated: z.array(untranslated).optional().meta({ description: 'What of a Cookiecutter or Copier template could not be translated' }),
  quality: z.strictObject({ score: z.int(), passed: z.boolean(), recommendations: z.array(z.string()).max(10) }).optional().meta({ description: 'How good the new version is. A project template that does not pass stays a draft' }),
})
export const customizeAnswer = z.strictObject({ instanceId: id, templateId: id, version: semver, variablesHash: hash })
export const dryRunAnswer = z.strictObject({
  resources: z.record(z.string(), z.strictObject({ provider: z.string(), type: z.string(), spec: jsonObject })),
  initialization: z.strictObject({ prompts: z.array(jsonObject), documents: z.array(jsonObject) }),
})
export const instance = customizeAnswer.extend({ variables: jsonObject.meta({ description: 'Those that are no secrets' }), kbRefs: z.array(z.string()), useLlm: z.boolean(), rendering: dryRunAnswer })
export const cacheCleared = z.strictObject({ cache: z.enum(['redis', 'process', 'off']), entries: z.int().meta({ description: 'How many there were; with an in-process cache, in the process that answers' }) })
export const planAnswer = z.strictObject({ planId: id, revision: z.int(), planHash: hash, changes: z.array(change) })
export const resourcesAnswer = z.strictObject({ planId: id, resourcePlanId: id })
export const recordAnswer = z.strictObject({ recordId: id })

export const template = z.strictObject({ id, kind, name: z.string(), version: semver, status: versionStatus.meta({ description: 'draft: nothing of it is published yet' }), contentRef: z.string(), meta: jsonObject, qualityScore: z.int().nullable(), createdBy: z.string(), createdAt: at, updatedAt: at, deletedAt: at.optional() })

export const deploymentPlan = z.strictObject({
  id, templateId: id, clientId: id, instanceId: id, targets: z.array(z.string()), revision: z.int(), planHash: hash,
  variables: jsonObject.meta({ description: 'Secrets redacted' }), changes: z.array(change), createdBy: z.string(), createdAt: at, updatedAt: at,
}).meta({ id: 'DeploymentPlan', title: 'Deployment plan' })

export const providerLink = z.strictObject({
  provider: z.string(), external_id: z.string().min(1), url: z.string().min(1), type: z.string(), name: z.string(), plan_id: id, deployed_at: at,
}).meta({ id: 'ProviderLink', title: 'Provider link' })

export const manualStep = z.strictObject({ name: z.string(), instruction: z.string(), url: z.string() })
export type ManualStep = z.infer<typeof manualStep>

export const providerProgress = z.strictObject({
  provider: z.string(),
  status: z.enum(['pending', 'running', 'retrying', 'success', 'parked', 'skipped', 'resolved', 'cancelled']),
  attempts: z.int(),
  nextRetryAt: at.optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  manualSteps: z.array(manualStep).optional(),
  links: z.array(providerLink),
})

export const deploymentRecord = z.strictObject({
  id, planId: id, operation: z.enum(['deploy', 'undeploy']), status: z.enum(['queued', 'running', 'success', 'failed']),
  request: jsonObject.meta({ description: 'The whole request, secrets redacted' }),
  providers: z.array(providerProgress),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  supersededBy: id.optional(),
  workflow: z.strictObject({ id: z.string(), url: z.string().optional() }).optional(),
  correlationId: z.string(), requestedBy: z.string(), createdAt: at, startedAt: at.nullable(), finishedAt: at.nullable(), logsRef: z.string(),
}).meta({ id: 'DeploymentRecord', title: 'Deployment record' })
export type DeploymentRecord = z.infer<typeof deploymentRecord>

export const stage = z.strictObject({ table: z.enum(['prompts', 'documents']), status: z.enum(['pending', 'success', 'failed']), rows: z.array(z.strictObject({ key: z.string(), contentHash: z.string() })), written: z.int(), deleted: z.int(), writtenAt: at.nullable() })
export const resourcePlan = z.strictObject({
  id, planId: id, instanceId: id, status: z.enum(['running', 'success', 'failed']), stages: z.array(stage), correlationId: z.string(), createdAt: at, updatedAt: at,
}).meta({ id: 'ResourceInitializationPlan', title: 'Resource initialization plan' })
export type ResourcePlan = z.infer<typeof resourcePlan>
export type Stage = z.infer<typeof stage>

export const deploymentEvent = z.strictObject({ id: z.int(), at, type: z.string(), provider: z.string().optional(), message: z.string(), data: jsonObject })
export type DeploymentEvent = z.infer<typeof deploymentEvent>

export const deadLetter = z.strictObject({
  id, recordId: id, planId: id, provider: z.string(), code: z.string(), message: z.string(), fingerprint: z.string(), attempts: z.int(),
  status: z.enum(['parked', 'retried', 'skipped', 'resolved', 'cancelled', 'superseded', 'expired']), decidedBy: z.string().optional(), reason: z.string().optional(), createdAt: at, decidedAt: at.nullable(),
})
export const deadLetters = z.strictObject({
  items: z.array(deadLetter), nextCursor: z.string().nullable(),
  groups: z.array(z.strictObject({ provider: z.string(), fingerprint: z.string(), code: z.string(), message: z.string(), count: z.int(), latestAt: at })),
})
export const deadLetterRetryAnswer = z.strictObject({ retried: z.array(id), refused: z.array(z.strictObject({ id, code: z.string(), message: z.string() })) })

export const client = z.strictObject({ id, name: z.string(), metadata: jsonObject, createdBy: z.string(), createdAt: at, updatedAt: at })
export const kbDocument = z.strictObject({ id, ref: z.string(), title: z.string(), content: z.string(), contentHash: z.string(), metadata: jsonObject, createdBy: z.string(), createdAt: at, updatedAt: at })
export const auditEvent = z.strictObject({ id, at, actor: z.string(), action: z.string(), subjectType: z.string(), subjectId: z.string(), correlationId: z.string(), data: jsonObject })

export const lists = {
  templates: list(template), clients: list(client), kbDocuments: list(kbDocument), audit: list(auditEvent), deployments: list(deploymentRecord), logs: list(deploymentEvent),
}

export const problem = z.strictObject({
  type: z.string(), title: z.string(), status: z.int(), code: z.string().meta({ description: 'The error code, e.g. 422.variables_invalid' }), detail: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string().meta({ description: 'JSON Pointer' }), message: z.string() })).optional(),
  correlationId: z.string(), recordId: id.optional(), planId: id.optional(), pipelineId: id.optional(), version: semver.optional(),
  dependents: z.array(z.strictObject({ planId: id, clientId: id, client: z.string(), providers: z.array(z.string()) })).optional().meta({ description: 'What still depends on it' }),
}).meta({ id: 'Problem', title: 'Problem document (RFC 9457)' })

export { at, commitSha, id as uuid, json, list, provider }
