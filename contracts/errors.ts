import type { Json } from './json.ts'

/** Every code of a problem document, with its HTTP status and what it means. The status is also the code's first part. */
export const errorCodes = {
  '400.request_invalid': 'The request does not have the documented shape; errors[] names each place.',
  '400.artifact_schema_invalid': 'The template artifact is not valid; errors[] names each place in it.',
  '400.content_unreadable': 'The content is neither JSON nor YAML, or its contentRef cannot be read.',
  '400.workflow_invalid': 'The workflow definition is not valid; errors[] names each place in it.',
  '401.unauthenticated': 'No valid access token or API key came with the request.',
  '401.credentials_invalid': 'No user has this tenant, email and password.',
  '401.refresh_token_invalid': 'The refresh token is unknown, spent or expired: log in again.',
  '403.forbidden': "The token's roles, or the key's permissions, do not allow this.",
  '403.login_disabled': 'There are no logins here: only tokens of an external issuer are taken.',
  '404.not_found': 'There is nothing at this address.',
  '404.template_not_found': 'No template has this id or name.',
  '404.version_not_found': 'The template has no such version.',
  '404.instance_not_found': 'No instance has this id.',
  '404.plan_not_found': 'No plan has this id.',
  '404.client_not_found': 'No client has this id.',
  '404.deployment_not_found': 'No deployment has this id.',
  '404.resource_plan_not_found': 'No resource plan has this id.',
  '404.connection_not_found': 'No connection has this id.',
  '404.pipeline_not_found': 'No pipeline has this id.',
  '404.workflow_not_found': 'No workflow has this id or name.',
  '404.workflow_run_not_found': 'No run of a workflow has this id.',
  '404.dead_letter_not_found': 'No dead letter has this id.',
  '404.conflict_not_found': 'No conflict of the repository has this id.',
  '404.kb_document_not_found': 'No knowledge-base document has this id or ref.',
  '404.user_not_found': 'No user has this id.',
  '404.api_key_not_found': 'No API key has this id.',
  '404.invitation_not_found': 'No invitation has this id or token, or it has expired or been accepted.',
  '405.method_not_allowed': 'The address exists, the method does not.',
  '408.request_timeout': 'The request did not arrive in time.',
  '409.plan_exists': 'A plan for this template, client and targets exists with another instance; send replace: true to change it.',
  '409.plan_stale': 'The plan has changed since it was read, or since its deployment began.',
  '409.deployment_in_progress': 'The plan, or one that shares a provider with it, is being deployed; recordId names the run.',
  '409.pipeline_in_progress': 'A pipeline for this client and template is running; pipelineId names it.',
  '409.version_draft': 'A draft is not deployed; publish the version first.',
  '409.version_exists': 'This version exists with other content; versions never change.',
  '409.name_taken': 'The name is in use.',
  '409.name_ambiguous': 'Several templates have this name in different kinds; use the id.',
  '409.not_parked': 'The provider step is not parked, so there is nothing to decide.',
  '409.not_waiting': 'The step does not wait for a decision, or its run has ended.',
  '409.run_in_progress': 'The run is still going on.',
  '409.last_owner': 'A tenant keeps at least one owner who can log in.',
  '409.conflict_resolved': 'The conflict has been decided already.',
  '409.in_use': 'Something still depends on it.',
  '409.request_in_progress': 'A request with this Idempotency-Key is still being worked on; ask again.',
  '412.precondition_failed': 'It has changed since the ETag in If-Match was read.',
  '413.body_too_large': 'The body is larger than 16 MiB.',
  '415.unsupported_media_type': 'Send application/json; to import a project template, application/x-tar or application/gzip too.',
  '422.variables_invalid': "The variables do not fit the template's schema; errors[] names each.",
  '422.render_failed': 'An expression of the template could not be rendered with these variables.',
  '422.kind_unsupported': 'The template is of another kind: files are instantiated, resources are customized and deployed.',
  '422.inputs_invalid': "The input does not fit the workflow's or the action's schema; errors[] names each place.",
  '422.items_failed': 'Some items of a step with forEach failed.',
  '422.approval_rejected': 'Somebody rejected what the step waited for.',
  '422.target_unsupported': 'The template has no resource for a target.',
  '422.connection_missing': 'There is no connection for a provider.',
  '422.quality_insufficient': 'The template is not good enough to be published; errors[] says what to mend.',
  '422.quality_unknown': 'The template takes too long to look at; make it smaller.',
  '422.idempotency_key_reused': 'The Idempotency-Key was used with another request.',
  '422.llm_failed': 'The language model gave no usable text.',
  '429.too_many_requests': 'Too many requests; wait as long as Retry-After says.',
  '500.internal': 'Something unexpected went wrong; the correlation id finds it in the logs.',
  '502.provider_error_retell': 'Retell refused or could not be reached.',
  '502.provider_error_n8n': 'n8n refused or could not be reached.',
  '502.provider_error_ghl': 'GoHighLevel refused or could not be reached.',
  '502.provider_error_supabase': 'Supabase refused or could not be reached.',
  '502.provider_error_llm': 'The language model refused or could not be reached.',
  '502.provider_error_git': 'The git remote refused or could not be reached.',
  '503.unavailable': 'A part that the service needs does not answer; try again.',
  '431.headers_too_large': "The request's address and headers are larger than 16 KiB.",
  '499.cancelled': 'The deployment was cancelled.',
  '504.approval_expired': 'Nobody decided in time.',
  '504.parked_expired': 'Nobody decided about the parked step in time.',
} as const satisfies Record<`${number}.${string}`, string>

/** A provider plug-in outside the shipped ones adds its own `502.provider_error_<name>`. */
export type ErrorCode = keyof typeof errorCodes | `502.provider_error_${string}`

export interface ProblemError {
  /** JSON Pointer to the place, e.g. `/variables/timezone`. */
  pointer: string
  message: string
}

export const statusOf = (code: ErrorCode): number => Number(code.slice(0, 3))

/** A refusal the caller can act on. Crosses Temporal as an ApplicationFailure whose type is the code. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly code: ErrorCode
  readonly errors: ProblemError[]
  /** Named in the problem document, e.g. `{ recordId }`. Never secrets. */
  readonly extra: Record<string, Json>
  /** Seconds, for Retry-After. */
  readonly retryAfter: number | undefined
  constructor(code: ErrorCode, message: string, { errors = [], extra = {}, retryAfter }: { errors?: ProblemError[]; extra?: Record<string, Json>; retryAfter?: number } = {}) {
    super(message)
    this.code = code
    this.errors = errors
    this.extra = extra
    this.retryAfter = retryAfter
  }
}
