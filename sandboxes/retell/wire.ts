import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { isRecord } from '../record.ts'
import { refuse } from './refusal.ts'

/** Any JSON object on Retell's wire. */
export type Fields = Record<string, unknown>

/** llm_…, agent_…: a prefix and 30 hexadecimal digits. */
export const newId = (prefix: string): string => `${prefix}_${randomBytes(15).toString('hex')}`

/** A JSON object, or nothing at all, which counts as an empty one. */
export function readBody(req: Request): Fields {
  const body: unknown = req.body ?? {}
  if (Buffer.isBuffer(body) && body.length === 0) return {}
  return isRecord(body) ? body : refuse('Request body must be a JSON object')
}

export function readParam(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : refuse(`${name} is required`)
}

export function readQuery(req: Request, name: string): string | undefined {
  const value = req.query[name]
  if (value === undefined || typeof value === 'string') return value
  return refuse(`Query parameter ${name} must be given once`)
}

/** The version a request asks for, if it does. */
export function readVersion(req: Request): number | undefined {
  const value = readQuery(req, 'version')
  if (value === undefined) return undefined
  return /^\d+$/.test(value) ? Number(value) : refuse('version must be a number')
}
