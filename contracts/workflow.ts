import type { ErrorCode, ProblemError } from './errors.ts'
import type { Json } from './json.ts'
import type { Quality } from './quality.ts'

/** Names and shapes of what travels to, from and inside workflows. No zod here: this file is bundled into the workflow sandbox. */

export const stageQueue = 'slipway'
/** The git repositories lie with the workers of this queue; its provider has no other steps. */
export const gitQueue = 'git'
export const providerQueue = (provider: string): string => (provider === 'git' ? gitQueue : `provider-${provider}`)

/** Workflow ids: the id is the key that makes two equal requests one run. */
export const workflowIds = {
  import: (tenantId: string, kind: string, name: string, hash: string) => `import:${tenantId}:${kind}:${name}:${hash}`,
  customize: (tenantId: string, templateId: string, hash: string) => `customize:${tenantId}:${templateId}:${hash}`,
  preview: (tenantId: string, templateId: string, hash: string) => `preview:${tenantId}:${templateId}:${hash}`,
  instantiate: (tenantId: string, templateId: string, hash: string) => `instantiate:${tenantId}:${templateId}:${hash}`,
  score: (tenantId: string, subject: string) => `score:${tenantId}:${subject}`,
  plan: (tenantId: string, templateId: string, clientId: string, targets: readonly string[], hash: string) => `plan:${tenantId}:${templateId}:${clientId}:${targets.join('+')}:${hash}`,
  /** Each check is a run of its own. */
  checkConnection: (tenantId: string, id: string) => `check-connection:${tenantId}:${id}`,
  /** One message of a stream, whatever it asks for and however often it comes. */
  streamRequest: (stream: string, tenantId: string, messageId: string) => `stream:${stream}:${tenantId}:${messageId}`,
  resources: (planId: string) => `resources:${planId}`,
  deploy: (planId: string) => `deploy:${planId}`,
  undeploy: (planId: string) => `undeploy:${planId}`,
  /** The one writer of a tenant's git repository. */
  repository: (tenantId: string) => `repository:${tenantId}`,
  workflowRun: (runId: string) => `workflow-run:${runId}`,
  pipeline: (tenantId: string, clientId: string, template: string) => `pipeline:${tenantId}:${clientId}:${template}`,
}

/** Who asked, for whom, and in which chain of events. Part of every workflow's and activity's input. */
export interface Origin {
  tenantId: string
  actor: string
  correlationId: string
}

/** What crosses a failure: the ApplicationFailure's type is the code, its first detail this. */
export interface FailureDetails {
  code: ErrorCode
  message: string
  errors?: ProblemError[]
  extra?: Record<string, Json>
}

export interface ImportInput extends Origin {
  /** Where the request's body lies, encrypted. */
  blobRef: string
  draft: boolean
  /** Of a change to a template that is there: the content it had when the asker looked, or null to take it as it is. Content that is the newest already makes no version. */
  changes?: { contentRef: string | null }
}
export interface ImportResult {
  templateId: string
  version: string
  contentRef: string
  /** Absent in runs from before there were drafts. */
  status?: 'draft' | 'published'
  created: boolean
  /** How good the new version is. */
  quality?: { score: number; passed: boolean; recommendations: string[] }
}

export interface ScoreInput extends Origin {
  /** A stored version, whose score is kept; */
  templateId?: string
  version?: string
  /** or where an artifact lies that is only looked at. */
  blobRef?: string
  /** Refuses a version that the tenant's policy keeps a draft. */
  gate?: boolean
}
export interface ScoreResult {
  /** The template's id, or the name of what was only looked at. */
  subject: string
  version?: string
  /** What keeps it from being imported; then there is no score. */
  errors: ProblemError[]
  quality?: Quality
  /** A version that does not pass stays a draft. */
  gated: boolean
}

export interface DeleteInput extends Origin {
  templateId: string
  /** Although something of it is deployed. */
  force: boolean
}
export interface DeleteResult {
  templateId: string
  version: string
}

export interface CustomizeInput extends Origin {
  templateId: string
  /** Meant where the request names none: otherwise the newest. */
  version?: string
  /** Where `{variables, version?, kbRefs?, useLlm?}` lies, encrypted: it may hold secrets. */
  blobRef: string
}
export interface CustomizeResult {
  instanceId: string
  templateId: string
  version: string
  variablesHash: string
  created: boolean
}

export interface InstantiateInput extends Origin {
  templateId: string
  /** Where `{projectName, parameters, version?}` lies, encrypted: it may hold secrets. */
  blobRef: string
}
export interface InstantiateResult {
  /** Where the project's files lie, encrypted. */
  blobRef: string
  version: string
}

export interface PlanInput extends Origin {
  templateId: string
  clientId: string
  targets: string[]
  instanceId?: string
  /** Where the variables lie, encrypted. */
  blobRef?: string
  replace: boolean
}
export interface PlanResult {
  planId: string
  revision: number
  planHash: string
  created: boolean
}

export interface ResourcesInput extends Origin {
  planId: string
  /** How long a vendor's trouble is waited out. */
  patienceMs: number
  /** Whose stage tells meanwhile what it waits for. */
  pipelineId?: string
}
export interface ResourcesResult {
  planId: string
  resourcePlanId: string
}

/** Retry policy of provider steps, from the configuration of whoever starts the run. */
export interface StepPolicy {
  attempts: number
  initialMs: number
  maxMs: number
  parkedMs: number
}

export interface DeployInput extends Origin {
  planId: string
  recordId: string
  operation: 'deploy' | 'undeploy'
  /** Also delete what holds a client's data. */
  destroy: boolean
  policy: StepPolicy
  planHash?: string
  /** The newest record of this plan and operation that the asker saw (null: none). Where there is another by now, that one has won. */
  after?: string | null
  /** A workflow that is told (signal `settled`) when the record is success or failed. */
  notify?: string
}

/** Signal to whoever started a run and waits for it. */
export interface Settled {
  recordId: string
  status: 'success' | 'failed'
  code?: string
  message?: string
}

export const orderNames = { retry: 'retry', skip: 'skip', resolve: 'resolve', cancel: 'cancel', supersede: 'supersede', settled: 'settled', decide: 'decide' } as const
export const queryNames = { status: 'status', progress: 'progress' } as const

export interface PipelineInput extends Origin {
  pipelineId: string
  /** Where the whole request lies, encrypted. */
  blobRef: string
  policy: StepPolicy
  recordId: string
}

/** Signal: there is something to write, and perhaps to synchronize. Update: the same, with its result. */
export const repositoryMessages = { wake: 'wake', sync: 'sync' } as const

export const stageNames = ['import', 'customize', 'plan', 'resources', 'deploy'] as const
export type StageName = (typeof stageNames)[number]
