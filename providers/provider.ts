import type { z } from 'zod'
import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { storable } from '../domain/hostile.ts'
import type { Http } from './http.ts'

/** Something wrong with a spec, found without asking the vendor. */
export interface SpecProblem {
  /** JSON Pointer inside the spec, e.g. `/response_engine/llm_id`; for a missing key, the pointer it would have. */
  pointer: string
  message: string
  /** True when it holds whatever the value is (an unknown key); else it is dropped where the value is an expression still to be rendered. */
  certain?: boolean
}

/** What should exist at the vendor. */
export interface Desired {
  /** Logical name in the template. */
  name: string
  /** `sw-` and 12 hex digits; the same for this tenant, client, template, type and name for ever. Written where the vendor lets us find it again. */
  marker: string
  /** Normalized and fully rendered. In a preview, leaves that depend on a resource not made yet are `unknownYet`. */
  spec: JsonObject
}

export { unknownYet } from '../domain/diff.ts'

/** What exists at the vendor. */
export interface Live {
  /** The vendor's id, never empty. */
  externalId: string
  /** Its present state in the shape of a spec, without our marker. */
  spec: JsonObject
  /** False when something other than a marker or our own record found it (it has the name, but may be a stranger's). */
  marked: boolean
  /** Facts the adapter needs again at once (versions, flags); not stored. */
  facts?: JsonObject
}

export type FieldChange = {
  /** JSON Pointer inside the spec. */
  field: string
  from?: Json
  to?: Json
}

/** Another resource of ours at the same provider, for the same client and template. */
export interface Sibling {
  name: string
  type: string
  externalId: string
}

/** One connected account. `Client` is whatever the adapter made of it. */
export interface Account<Client> {
  client: Client
  connection: Connection
  /** What we already have at this provider for this client and template. */
  siblings: readonly Sibling[]
}

export interface ResourceType<Client> {
  title: string
  /** Offline check of a spec; leaves may still be expressions. */
  validate(spec: JsonObject): SpecProblem[]
  /** What is really sent: read-only keys dropped, defaults set; one note for each thing dropped. Pure. Default: the spec itself. */
  normalize?(spec: JsonObject): { spec: JsonObject; notes: string[] }
  /** What the vendor is searched by; stored with our record. */
  naturalKey(desired: Desired): string
  /** By id. `undefined`: the vendor says that it is not there. */
  get(account: Account<Client>, externalId: string): Promise<Live | undefined>
  /** By natural key. `undefined`: none. */
  find(account: Account<Client>, desired: Desired): Promise<Live | undefined>
  /** Where the vendor says that the name is taken, it takes that one over and answers `marked: false`. */
  create(account: Account<Client>, desired: Desired): Promise<Live>
  /** Makes the live one equal to the desired one; also called with no changes when `needsUpdate` says so. */
  update(account: Account<Client>, live: Live, desired: Desired): Promise<Live>
  /** Deletes it; one that is gone already is no error. Throws ManualStep when only a person may. `force`: delete client data too. */
  remove(account: Account<Client>, externalId: string, options: { force: boolean }): Promise<void>
  /** Where a person sees it; never empty. */
  url(connection: Connection, live: Live): string
  /** Keys (top level) that the vendor cannot change: a difference there means delete and create. */
  immutable?: readonly string[]
  /** Keys (top level) that the vendor never shows: compared with a fingerprint of what was last sent. */
  unreadable?: readonly string[]
  /** Differences between live and desired. Default: every key of desired against live, deep. `unknownYet` never differs. */
  diff?(live: Live, desired: Desired): FieldChange[]
  /** What a preview should say besides the changes (e.g. a webhook path held by another workflow). */
  remarks?(account: Account<Client>, desired: Desired, live: Live | undefined): Promise<string[]>
}

/** A connection with its secrets decrypted. Lives for one activity; never stored, logged or returned. */
export interface Connection {
  id: string
  provider: string
  /** Origin, or the vendor's default. No trailing slash. */
  baseUrl: string
  config: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, string>>
}

/** A vendor's own limit on requests per account: `key` names the account, never a secret. */
export interface RateLimit {
  key: string
  /** Requests that may come at once. */
  capacity: number
  perSecond: number
}

export interface Provider<Client = unknown> {
  name: string
  title: string
  connection: {
    /** The vendor's own address; absent where each customer has one. */
    defaultBaseUrl?: string
    config: z.ZodObject
    secrets: z.ZodObject
    /** What its addresses may begin with; default http: and https:. */
    protocols?: readonly string[]
    /** What does not fit together, where each field alone is right. */
    together?(given: { baseUrl: string; config: Readonly<Record<string, string>>; secrets: Readonly<Record<string, string>> }): ProblemError[]
  }
  rateLimit?(connection: Connection): RateLimit
  /** Names the account, never a secret, so that what was made in another one is told from what is gone; default the address. */
  accountKey?(connection: Connection): string
  /** What one request may take at least, where the configured limit would be too short for this vendor. */
  leastTimeoutMs?: number
  connect(connection: Connection, http: Http): Client
  /** A cheap call that proves the credentials; answers what account they belong to. */
  check(account: Account<Client>): Promise<{ account: string }>
  resources: Readonly<Record<string, ResourceType<Client>>>
}

/** Keeps the client's type inside the adapter; outside it is opaque. */
export const defineProvider = <Client>(provider: Provider<Client>): Provider => provider as Provider

export interface ProviderErrorDetails {
  provider: string
  /** HTTP status; absent when no answer came. */
  status?: number
  retryable: boolean
  /** What the vendor asked for. */
  retryAfterMs?: number
  /** The vendor's own code or error type, for grouping: `ECONNRESET`, `23505`. */
  vendorCode?: string
  /** A create that made nothing: the vendor refused the request itself, or said that another has the name. */
  unmade?: boolean
}

/** The outside world said no, or nothing. The message is the vendor's, cut to 2 KB, without secrets and what our database cannot hold. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly details: ProviderErrorDetails
  constructor(message: string, details: ProviderErrorDetails, options?: ErrorOptions) {
    super(storable(message.length > 2048 ? `${message.slice(0, 2045)}...` : message), options)
    this.details = details
  }
}

/** What the vendor's API cannot do, or what we must not do alone: a person is asked, and the deployment goes on. */
export class ManualStep extends Error {
  override readonly name = 'ManualStep'
  /** Where the person does it. */
  readonly url: string
  constructor(instruction: string, url: string) {
    // It may quote the vendor's names.
    super(storable(instruction))
    this.url = url
  }
}
