import { createHash, randomUUID } from 'node:crypto'

/** What the product did on somebody's behalf, so that a bare program can do the same: each statement, each request to a vendor. */
export type Op =
  | { kind: 'sql'; text: string; values: Value[]; connection: number }
  | { kind: 'http'; vendor: string; method: string; path: string; headers: Record<string, string>; body?: string; learns: Learned[] }
  /** Where the API starts the workflow (and, for a stage, waits for its result). */
  | { kind: 'start' }

export type Value = string | number | boolean | null | { bytes: string } | { date: true } | Value[]

/** A string of an answer that later steps need, such as the id of what was made. */
export interface Learned { pointer: string; slot: string }

/** One request to the API and the run it starts. Strings hold slots: `{{name}}`. */
export interface Program {
  /** What the API's process does; `start` stands where the run starts. */
  api: Op[]
  /** Local activities before the providers' steps, after each other. */
  before: Op[]
  providers: Record<string, Op[]>
  after: Op[]
  /** Names of the local activities. */
  activities: string[]
}

export type ProgramName = 'deploy' | 'customize' | 'plan' | 'read'
export type Recording = Record<ProgramName, Program>

/** What one bare run is about; the rest of its slots follow from the seed. */
export interface BareRun { program: ProgramName; seed: string; known: Record<string, string> }

const slot = /\{\{(\w+:?[\w-]*)\}\}/

/** A slot's value: known of the run, or made up, the same for every step of the run. */
export function valueOf(name: string, { seed, known }: BareRun): string {
  const value = known[name]
  if (value !== undefined) return value
  const hash = createHash('sha256').update(`${seed}${name}`).digest('hex')
  if (name.startsWith('hash')) return hash
  if (name.startsWith('mark')) return `sw-${hash.slice(0, 12)}`
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

export type Fill = (slotValue: (name: string) => string) => string

/** Cut once, so that filling a text costs next to nothing. */
export function compileText(text: string): Fill {
  const parts = text.split(new RegExp(slot, 'g'))
  if (parts.length === 1) return () => text
  return (slotValue) => parts.map((part, index) => (index % 2 === 0 ? part : slotValue(part))).join('')
}

/** The texts of an operation, each put through `change`. */
export function mapTexts(op: Op, change: (text: string) => string): Op {
  const changed = (value: Value): Value => (typeof value === 'string' ? change(value) : Array.isArray(value) ? value.map(changed) : value)
  if (op.kind === 'sql') return { ...op, values: op.values.map(changed) }
  if (op.kind === 'http') return { ...op, path: change(op.path), headers: Object.fromEntries(Object.entries(op.headers).map(([name, value]) => [name, change(value)])), ...(op.body === undefined ? {} : { body: change(op.body) }) }
  return op
}

export const newSeed = (): string => randomUUID()

/** Statements, transactions and requests, for the report. */
export function countOps(ops: readonly Op[]): { statements: number; transactions: number; requests: number } {
  const sql = ops.flatMap((op) => (op.kind === 'sql' ? [op.text] : []))
  return { statements: sql.length, transactions: sql.filter((text) => text.startsWith('begin')).length, requests: ops.filter(({ kind }) => kind === 'http').length }
}
