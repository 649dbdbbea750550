import type { Request } from 'express'
import { refuse } from './refusal.ts'

export async function readForm(req: Request): Promise<FormData> {
  const type = req.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data') || !Buffer.isBuffer(req.body)) return refuse('Expected multipart/form-data')
  try {
    return await new Response(new Uint8Array(req.body), { headers: { 'content-type': type } }).formData()
  } catch {
    return refuse('Malformed multipart/form-data')
  }
}

/** A list travels as one JSON string, not as repeated parts. */
export function readJsonPart(form: FormData, name: string): unknown[] {
  const parts = form.getAll(name)
  if (parts.length === 0 && !form.has(`${name}[]`)) return []
  try {
    const list: unknown = JSON.parse(parts.length === 1 ? String(parts[0]) : '')
    if (Array.isArray(list)) return list
  } catch {
    // Refused below, like anything else that is not one list.
  }
  return refuse(`${name} must be one part with a JSON list`)
}

export function readNumber(form: FormData, name: string, otherwise: number): number {
  const value = form.get(name)
  if (value === null) return otherwise
  const number = Number(value)
  return Number.isInteger(number) && number > 0 ? number : refuse(`${name} must be a number`)
}
