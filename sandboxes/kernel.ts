import express from 'express'
import type { ErrorRequestHandler, Response, Router } from 'express'
import type { AddressInfo } from 'node:net'
import { createFaultPlan } from './faults.ts'
import { injectFaults } from './fault-injection.ts'
import { orders } from './orders.ts'
import { openStorage } from './storage.ts'

/** One resource of a sandbox as `GET /__state` shows it: one row per resource, not per version. */
export interface SandboxRow {
  type: string
  id: string
  name: string
  body: Record<string, unknown>
}

/** Log-normal, as the answers of real vendors are: half take longer than the median, one in a hundred longer than `tail` times the median. */
export interface LatencyOrder {
  medianMs: number
  tail: number
}

export type FaultKind = '500' | '429' | 'timeout' | 'reset' | 'commit-then-fail'

/** The orders in force (`POST /__faults`). What an order omits is 0, or the default named here. */
export interface Faults {
  /** Share of the requests that fail, 0 to 1. */
  rate: number
  /** What a failing request meets; `['500']` when the order names none. */
  kinds: FaultKind[]
  /** Waited before every matching request, at any rate. */
  latencyMs: number
  /** Drawn anew for every matching request, at any rate, and waited on top of `latencyMs`. */
  latency?: LatencyOrder
  /** The same seed gives the same sequence of faults; without it they are random. */
  seed?: number
  /** What a 429 tells the client to wait; without it a 429 says nothing. */
  retryAfterMs?: number
  /** Limits orders to some requests; `path` is a substring of path and query. */
  match?: { method?: string; path?: string }
  /** Stop after this many faults. */
  times?: number
  /** For vendors whose lists are eventually consistent: a new resource is missing from lists this long. */
  listLagMs?: number
  /** Orders only this vendor knows: those that its definition names in `extraOrders`. */
  extras?: Readonly<Record<string, unknown>>
}

/** What a sandbox remembers. Bodies are copies: a change counts when it is put. */
export interface SandboxStore {
  get<T>(type: string, id: string): T | undefined
  /** Inserts or replaces; a replaced row keeps its place in the list and its createdAt. */
  put(type: string, id: string, body: unknown): void
  delete(type: string, id: string): boolean
  /** Oldest first; createdAt is epoch milliseconds. */
  list<T>(type: string): { id: string; body: T; createdAt: number }[]
  /** 1, 2, 3… per counter. */
  next(counter: string): number
  clear(): void
}

export interface SandboxContext {
  store: SandboxStore
  faults(): Faults
}

export interface SandboxDefinition {
  name: string
  /**
   * The routes of the vendor's API. JSON bodies arrive parsed, others as a Buffer. A route may set `res.locals.account`,
   * which the journal then carries. An error handler added here also sees malformed and oversized bodies (`error.status`).
   */
  routes(app: Router, sandbox: SandboxContext): void
  /** Answers as the vendor does when it fails or limits. */
  faultResponse(kind: '500' | '429', res: Response, faults: Faults): void
  rows(state: SandboxStore): SandboxRow[] | Promise<SandboxRow[]>
  /** Names of further fields that `POST /__faults` accepts; they end up in `faults().extras`. */
  extraOrders?: readonly string[]
  /** For a proxy: JSON bodies too arrive as a Buffer. */
  rawBodies?: boolean
  /** For state that lives elsewhere. */
  reset?(): Promise<void>
}

export interface RunningSandbox {
  url: string
  port: number
  close(): Promise<void>
}

/** Starts a vendor's stand-in on 127.0.0.1 with the orders that all sandboxes take under `/__`. */
export async function startSandbox(
  definition: SandboxDefinition,
  options: { port?: number; stateFile?: string } = {},
): Promise<RunningSandbox> {
  const { store, journal, close } = openStorage(options.stateFile)
  const plan = createFaultPlan()
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(orders(definition, store, journal, plan))

  const vendor = express.Router()
  vendor.use(injectFaults(definition, plan, journal))
  definition.routes(vendor, { store, faults: plan.current })
  app.use(vendor)
  app.use((_req, res) => void res.status(404).json({ message: 'Not found' }))
  app.use(plainErrors)

  const server = app.listen(options.port ?? 0, '127.0.0.1')
  // Longer than clients keep a connection: a reset that nobody ordered would look like a fault.
  server.keepAliveTimeout = 65_000
  try {
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  } catch (error) {
    close()
    throw error
  }
  // A server that listens on TCP has an AddressInfo, never a pipe's name.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      close()
    },
  }
}

const plainErrors: ErrorRequestHandler = (error: { status?: number; message?: string }, _req, res, next) => {
  if (res.headersSent) return next(error)
  res.status(error.status ?? 500).json({ message: error.message ?? 'Internal error' })
}
