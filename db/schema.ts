import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely'
import type { ManualStep, Stage } from '../contracts/api.ts'
import type { PipelineStage } from '../contracts/pipelines.ts'
import type { Kind, Rendering, TemplateArtifact } from '../contracts/artifact.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { Permission, Role } from '../contracts/permissions.ts'
import type { Change } from '../contracts/plan.ts'
import type { QualityRule } from '../contracts/quality-policy.ts'
import type { Quality } from '../contracts/quality.ts'
import type { WorkflowDefinition } from '../contracts/workflows.ts'

type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Jsonb<T extends object> = JSONColumnType<T>

interface Owned {
  tenant_id: string
}

export type VersionStatus = 'draft' | 'published'
export type DeploymentStatus = 'queued' | 'running' | 'success' | 'failed'
export type StepStatus = 'pending' | 'running' | 'retrying' | 'success' | 'parked' | 'skipped' | 'resolved' | 'cancelled'

export type RunStatus = 'running' | 'success' | 'failed'
export type StepRunStatus = 'pending' | 'running' | 'waiting' | 'success' | 'failed' | 'skipped' | 'cancelled'
type NullableJson = ColumnType<Json | null, string | null | undefined, string | null>

/** The tables as they are; snake_case stops at this folder's edge. */
export interface Database {
  tenants: { id: string; name: string; created_at: Generated<Date> }
  clients: Owned & { id: string; name: string; metadata: Jsonb<JsonObject>; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  template_artifacts: Owned & { id: string; kind: Kind; name: string; content_ref: string; meta: Jsonb<JsonObject>; version: string; status: Generated<VersionStatus>; quality_score: number | null; quality_rank: GeneratedAlways<number>; category: GeneratedAlways<string | null>; author: GeneratedAlways<string | null>; tags: GeneratedAlways<string[]>; deleted_at: NullableTimestamp; deleted_by: string | null; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  template_versions: Owned & { id: string; template_id: string; version: string; content_ref: string; artifact: Jsonb<TemplateArtifact>; source: string | null; status: Generated<VersionStatus>; quality: ColumnType<Quality | null, string | null | undefined, string | null>; created_by: string; created_at: Generated<Date> }
  kb_documents: Owned & { id: string; ref: string; title: string; content: string; content_hash: string; metadata: Jsonb<JsonObject>; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  template_instances: Owned & { id: string; template_id: string; version_id: string; variables: Jsonb<JsonObject>; secret_variables: Buffer | null; variables_hash: string; kb_refs: string[]; use_llm: boolean; texts: Jsonb<Record<string, string>>; rendering: Jsonb<Rendering>; created_by: string; created_at: Generated<Date> }
  connections: Owned & { id: string; client_id: string | null; provider: string; name: string; base_url: string | null; config: Jsonb<Record<string, string>>; secrets: Buffer; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  deployment_plans: Owned & { id: string; template_id: string; client_id: string; instance_id: string; targets: string[]; variables: Jsonb<JsonObject>; revision: Generated<number>; plan_hash: string; changes: Jsonb<Change[]>; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  resource_plans: Owned & { id: string; plan_id: string; instance_id: string; status: 'running' | 'success' | 'failed'; stages: Jsonb<Stage[]>; correlation_id: string; created_at: Generated<Date>; updated_at: Timestamp }
  deployment_records: Owned & { id: string; plan_id: string; operation: 'deploy' | 'undeploy'; status: DeploymentStatus; request: Jsonb<JsonObject>; error_code: string | null; error_message: string | null; logs_ref: string; correlation_id: string; requested_by: string; superseded_by: string | null; created_at: Generated<Date>; started_at: NullableTimestamp; finished_at: NullableTimestamp }
  deployment_rejections: Owned & { record_id: string; in_favour_of: string; created_at: Generated<Date> }
  deployment_steps: Owned & { record_id: string; provider: string; status: StepStatus; attempts: Generated<number>; failures: Generated<number>; next_retry_at: NullableTimestamp; error_code: string | null; error_message: string | null; manual_steps: Jsonb<ManualStep[]>; started_at: NullableTimestamp; finished_at: NullableTimestamp }
  deployment_events: Owned & { id: Generated<number>; record_id: string; at: Generated<Date>; type: string; provider: string | null; message: string; data: Jsonb<JsonObject> }
  provider_links: Owned & { id: string; plan_id: string; record_id: string; provider: string; type: string; name: string; external_id: string; url: string; deployed_at: Timestamp }
  managed_resources: Owned & { id: string; client_id: string; template_id: string; provider: string; type: string; name: string; natural_key: string; sought: Jsonb<JsonObject>; external_id: string | null; url: string | null; sent_hash: string | null; adopted: boolean; position: number; account: string | null; created_at: Generated<Date>; updated_at: Timestamp }
  dead_letters: Owned & { id: string; record_id: string; plan_id: string; provider: string; code: string; message: string; fingerprint: string; attempts: number; status: Generated<'parked' | 'retried' | 'skipped' | 'resolved' | 'cancelled' | 'superseded' | 'expired'>; decided_by: string | null; reason: string | null; created_at: Generated<Date>; decided_at: NullableTimestamp }
  pipelines: Owned & { id: string; status: 'running' | 'success' | 'failed'; stages: Jsonb<PipelineStage[]>; error_code: string | null; error_message: string | null; correlation_id: string; created_by: string; created_at: Generated<Date>; finished_at: NullableTimestamp }
  workflow_definitions: Owned & { id: string; name: string; version: Generated<number>; definition: Jsonb<WorkflowDefinition>; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  workflow_runs: Owned & { id: string; workflow_id: string; version: number; definition: Jsonb<WorkflowDefinition>; input: Jsonb<JsonObject>; status: RunStatus; error_code: string | null; error_message: string | null; rerun_of: string | null; correlation_id: string; created_by: string; created_at: Generated<Date>; finished_at: NullableTimestamp }
  workflow_step_runs: Owned & { run_id: string; step_id: string; item: Generated<number>; status: StepRunStatus; kept: Generated<boolean>; items: NullableJson; output: NullableJson; error_code: string | null; error_message: string | null; started_at: NullableTimestamp; finished_at: NullableTimestamp }
  audit_events: Owned & { id: string; at: Generated<Date>; actor: string; action: string; subject_type: string; subject_id: string; correlation_id: string; data: Jsonb<JsonObject> }
  blobs: Owned & { ref: string; content: Buffer; created_at: Generated<Date> }
  idempotency_keys: Owned & { key: string; request_hash: string; status: number | null; headers: ColumnType<Record<string, string> | null, string | null | undefined, string | null>; body: Buffer | null; created_at: Generated<Date> }
  quality_policies: Owned & { minimum: number; gated: Kind[]; rules: Jsonb<QualityRule[]>; updated_by: string; updated_at: Timestamp }
  template_commits: Owned & { id: string; ordinal: Generated<number>; template_id: string | null; version_id: string | null; action: 'create' | 'update' | 'delete' | 'restore' | 'resolve' | 'pull'; actor: string; message: string; paths: Generated<string[]>; created_at: Timestamp; sha: string | null; position: number | null; pulled_by: string | null; remote_sha: string | null }
  git_conflicts: Owned & { id: string; template_id: string | null; path: string; reason: 'both_changed' | 'deleted_there' | 'deleted_here' | 'invalid' | 'misplaced'; problems: Jsonb<ProblemError[]>; base: ColumnType<JsonObject | null, string | null, string | null>; theirs: string | null; remote_sha: string; author: string; status: Generated<'open' | 'resolved' | 'settled'>; resolution: 'ours' | 'theirs' | 'content' | null; resolved_by: string | null; created_at: Generated<Date>; resolved_at: NullableTimestamp }
  repositories: Owned & { remote_sha: string | null; tried_at: NullableTimestamp; synced_at: NullableTimestamp; error_code: string | null; error_message: string | null; tried_by: string | null }
  rate_buckets: { key: string; tokens: number; updated_at: Timestamp }
  users: Owned & { id: string; email: string; name: string; password_hash: string; roles: Role[]; platform_admin: Generated<boolean>; generation: Generated<number>; disabled_at: NullableTimestamp; last_login_at: NullableTimestamp; created_by: string; created_at: Generated<Date>; updated_at: Timestamp }
  refresh_tokens: Owned & { hash: string; family: string; user_id: string; created_at: Generated<Date>; expires_at: Timestamp; spent_at: NullableTimestamp }
  api_keys: Owned & { id: string; name: string; hash: string; permissions: Permission[]; created_by: string; created_at: Generated<Date>; expires_at: Timestamp; last_used_at: NullableTimestamp }
  invitations: Owned & { id: string; email: string; roles: Role[]; hash: string; created_by: string; created_at: Generated<Date>; expires_at: Timestamp }
  login_failures: { key: string; failures: number; locked_until: NullableTimestamp; updated_at: Timestamp }
}

export type { Json }
