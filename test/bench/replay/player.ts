import pg from 'pg'
import { Agent, fetch } from 'undici'
import { compileText, valueOf } from './recording.ts'
import type { BareRun, Fill, Learned, Op, Value } from './recording.ts'

type FilledValue = (slotValue: (name: string) => string) => unknown
type Step =
  | { kind: 'sql'; text: string; values: FilledValue[]; connection: number }
  | { kind: 'http'; url: Fill; method: string; headers: [string, Fill][]; body: Fill | undefined; learns: Learned[] }
  | { kind: 'start' }

const compileValue = (value: Value): FilledValue => {
  if (typeof value === 'string') return compileText(value)
  if (Array.isArray(value)) {
    const items = value.map(compileValue)
    return (slotValue) => items.map((item) => item(slotValue))
  }
  if (typeof value === 'object' && value !== null && 'bytes' in value) {
    const bytes = Buffer.from(value.bytes, 'base64')
    return () => bytes
  }
  return typeof value === 'object' && value !== null ? () => new Date() : () => value
}

function compile(op: Op, origins: Readonly<Record<string, string>>): Step {
  if (op.kind === 'start') return op
  if (op.kind === 'sql') return { kind: 'sql', text: op.text, values: op.values.map(compileValue), connection: op.connection }
  return {
    kind: 'http', method: op.method, learns: op.learns, url: compileText(`${origins[op.vendor] ?? ''}${op.path}`),
    headers: Object.entries(op.headers).map(([name, value]) => [name, compileText(value)]), body: op.body === undefined ? undefined : compileText(op.body),
  }
}

export type Play = (run: BareRun, atStart?: () => Promise<unknown>) => Promise<unknown[]>

/** Statements and requests in their order, with nothing between them. Answers the rows of the last statements. */
export function createPlayer(pool: pg.Pool, origins: Readonly<Record<string, string>>): (ops: readonly Op[]) => Play {
  const dispatcher = new Agent({ connections: 64, keepAliveTimeout: 10_000 })
  const valueAt = (answer: unknown, pointer: string): string => String(pointer.split('/').slice(1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], answer))

  return (ops) => {
    const steps = ops.map((op) => compile(op, origins))
    return async (run, atStart) => {
      const learned = new Map<string, string>()
      const slotValue = (name: string): string => {
        const value = learned.get(name) ?? valueOf(name, run)
        learned.set(name, value)
        return value
      }
      const open = new Map<number, pg.PoolClient>()
      const rows: unknown[] = []
      try {
        for (const step of steps) {
          if (step.kind === 'start') await atStart?.()
          else if (step.kind === 'sql') {
            const values = step.values.map((value) => value(slotValue))
            const held = open.get(step.connection)
            if (step.text.startsWith('begin')) {
              const client = await pool.connect()
              open.set(step.connection, client)
              await client.query(step.text)
            } else {
              rows.push((await (held ?? pool).query(step.text, values)).rows)
              if (step.text === 'commit' || step.text === 'rollback') {
                held?.release()
                open.delete(step.connection)
              }
            }
          } else {
            const body = step.body?.(slotValue)
            const answer = await fetch(step.url(slotValue), { method: step.method, headers: step.headers.map(([name, value]) => [name, value(slotValue)]), ...(body === undefined ? {} : { body }), dispatcher })
            const text = await answer.text()
            if (answer.status >= 500) throw new Error(`${step.method} ${step.url(slotValue)}: ${String(answer.status)} ${text}`)
            if (step.learns.length > 0) {
              const parsed: unknown = JSON.parse(text)
              for (const { pointer, slot } of step.learns) learned.set(slot, valueAt(parsed, pointer))
            }
          }
        }
        return rows
      } finally {
        for (const client of open.values()) client.release(true)
      }
    }
  }
}
