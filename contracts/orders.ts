import type { DeployInput } from './workflow.ts'

/** What a deployment's run is told while it runs, and what it answers. */

export type StepState = 'pending' | 'running' | 'success' | 'parked' | 'skipped' | 'resolved' | 'cancelled'

/** Answer of the queries `status` and `progress`. */
export interface DeployProgress {
  recordId: string
  status: 'queued' | 'running' | 'success' | 'failed'
  providers: Record<string, { state: StepState; code?: string; message?: string }>
}

export interface RetryOrder {
  /** Without one, every parked provider. */
  provider?: string
  /** Corrected variables, merged over the instance's; no secrets. */
  input?: Record<string, unknown>
  actor?: string
  correlationId?: string
}
export interface SkipOrder {
  provider: string
  reason?: string
  actor?: string
  correlationId?: string
}
export interface ResolveOrder {
  provider: string
  /** What a person made: by logical name, with the vendor's id. */
  links: { name: string; external_id: string; url?: string }[]
  reason?: string
  actor?: string
  correlationId?: string
}
export interface CancelOrder {
  reason?: string
  actor?: string
  correlationId?: string
}
export interface SupersedeOrder {
  /** The parked record that the caller saw. */
  parked: string
  by: DeployInput
}
