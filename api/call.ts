import type { z } from 'zod'
import type { Operation } from '../contracts/operation.ts'
import type { Archive } from './archive.ts'
import type { Identity } from './auth/token.ts'
import type { ApiContext } from './context.ts'

type Parsed<O, K extends string> = O extends { readonly [key in K]: infer S extends z.ZodType } ? z.output<S> : undefined

/** A request that was let in: who asks, and what, validated. */
export interface AnyCall extends Identity {
  operation: Operation
  params: unknown
  query: unknown
  body: unknown
  correlationId: string
  idempotencyKey: string | undefined
  /** With an Idempotency-Key: the same for every try of this request, for ids that find what an earlier try made. */
  seed?: string | undefined
  /** The id of the one run that may ever do this, also when it is asked for again. */
  once?: string | undefined
  ifMatch: string | undefined
  /** Where the request came from, beyond the proxies that are trusted. */
  address: string
  lastEventId: string | undefined
  /** On the clock of `performance.now()`. */
  receivedAt: number
}

/** The same, in the shapes of one operation's row. */
export interface Call<O extends Operation = Operation> extends AnyCall {
  params: Parsed<O, 'params'>
  query: Parsed<O, 'query'>
  body: Parsed<O, 'body'>
}

type BodyOf<A> = A extends { readonly archive: true } ? Archive | JsonBodyOf<A> : JsonBodyOf<A>
type JsonBodyOf<A> = A extends { readonly schema: infer S extends z.ZodType } ? z.output<S> : A extends { readonly contentType: string } ? string : undefined

/** One of the answers that the operation's row lists. */
export type Reply<O extends Operation> = {
  [S in keyof O['answers'] & number]: { status: S; body: BodyOf<O['answers'][S]>; headers?: Record<string, string> }
}[keyof O['answers'] & number]

/** A reply as the server sees it, whichever operation gave it. */
export interface AnyReply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

/** Writes server-sent events; `closed` aborts when the reader has gone. */
export interface EventStream {
  write(text: string): Promise<void>
  closed: AbortSignal
}

export type HandlerOf<O extends Operation> = O extends { readonly stream: true }
  ? (ctx: ApiContext, call: Call<O>) => Promise<(stream: EventStream) => Promise<void>>
  : (ctx: ApiContext, call: Call<O>) => Promise<Reply<O>>
