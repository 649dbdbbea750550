import type { Logger } from 'pino'
import type { Db } from '../db/client.ts'
import type { Vault } from '../db/vault.ts'
import type { ProviderRegistry } from '../providers/registry.ts'

/** What every activity may use; built once by the worker. */
export interface ActivityContext {
  db: Db
  vault: Vault
  registry: ProviderRegistry
  providers: ProviderSettings
  /** Where the shipped templates lie. */
  libraryDir: string
  quality: QualitySettings
  /** Tells the repository's writer that there is something to write; nobody waits for it. */
  wakeRepository(tenantId: string): void
  /** Where this worker keeps the git repositories, one folder per tenant. */
  repositoriesDir: string
  log: Logger
  metrics: ActivityMetrics
}

export interface QualitySettings {
  /** False: nothing stays a draft because of its score. */
  gates: boolean
  /** The least score that passes, where a tenant says nothing else. */
  minimum: number
}

export interface ProviderSettings {
  timeoutMs: number
  ghlAppUrl: string
  /** What `sandbox:<provider>` stands for; empty outside development. */
  sandboxes: Readonly<Record<string, string | undefined>>
  allowPrivateAddresses: boolean
}

export interface ActivityMetrics {
  /** deployments_total and deployment_duration_ms, per provider step. */
  deployment(provider: string, status: 'success' | 'failed', durationMs: number): void
  /** resource_plan_steps_total. */
  resourceStage(table: string, status: 'success' | 'failed'): void
  providerRetry(provider: string): void
  providerParked(provider: string): void
  /** workflow_steps_total and workflow_runs_total. */
  workflowStep(action: string, status: 'success' | 'failed'): void
  workflowRun(status: 'success' | 'failed'): void
}
