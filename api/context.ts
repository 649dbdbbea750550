import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { StepPolicy } from '../contracts/workflow.ts'
import type { Db } from '../db/client.ts'
import type { Feed } from '../db/feed.ts'
import type { Vault } from '../db/vault.ts'
import type { Identity } from './auth/token.ts'
import type { Cache, CacheMetrics } from './cache/cache.ts'
import type { StreamBacklog, StreamMetrics } from './streams/metrics.ts'

/** All that the API needs, built once when the process starts. */
export interface ApiContext {
  db: Db
  vault: Vault
  temporal: Client
  /** Where people open the Temporal Web UI. */
  temporalUiUrl?: string | undefined
  feed: Feed
  verify(token: string): Promise<Identity>
  auth: AuthSettings
  /** False lets every valid token do everything. */
  rbac: boolean
  policy: StepPolicy
  /** The least score that passes, where a tenant says nothing else. */
  minimumQuality: number
  log: Logger
  metrics: ApiMetrics
  version: string
  /** Ends work on what somebody else has written when it takes too long; `tooLong` makes the error. */
  limited<T>(work: () => T, tooLong: () => Error, ms?: number): T
  /** Templates and instances as they are answered. */
  cache: Cache
  cacheIn: 'redis' | 'process' | 'off'
  redis: 'not configured' | (() => Promise<boolean>)
  /** How far their consumers are behind; undefined while there are none. */
  streams: 'off' | (() => Promise<StreamBacklog | undefined>)
  /** Aborts when the process stops: streams end. */
  stopping: AbortSignal
}

/** How users log in, and what they get. */
export interface AuthSettings {
  /** Signs access tokens; without it there are no logins. */
  secret?: string | undefined
  issuer: string
  audience: string
  accessMinutes: number
  refreshDays: number
  /** Failures in a row, and how long they lock. */
  lockAfter: number
  lockMinutes: number
  /** Where people reach this service: invitations lead there. */
  publicUrl?: string | undefined
  /** Proxies in front that say whom they pass on. */
  trustedProxies: number
}

/** What the API counts, and how it is read. */
export interface ApiMetrics extends CacheMetrics, StreamMetrics {
  /** One answered request: `http_requests_total{method,route,status}`, `http_request_duration_ms`, and `http_errors_total{route,code}` where it was refused or failed. */
  answered(request: { method: string; route: string; status: number; code?: string | undefined }, ms: number): void
  /** The Prometheus text. */
  text(): Promise<string>
  contentType: string
}
