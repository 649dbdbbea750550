import { DomainError } from '../contracts/errors.ts'
import { toPointer } from '../domain/pointer.ts'
import { isStorable } from '../domain/hostile.ts'

/** The query's parameters; each may be given once. */
export function readQuery(url: string): Record<string, string> {
  const start = url.indexOf('?')
  const found: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start))) {
    if (name in found) throw refuseQuery(name, 'is given more than once')
    if (!isStorable(name) || !isStorable(value)) throw refuseQuery(name, 'holds a NUL character')
    found[name] = value
  }
  // A plain object for the schema, whatever the names are.
  return { ...found }
}

/** The address's parameters, decoded by the router. */
export function readPath(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string' && !isStorable(value)) throw new DomainError('400.request_invalid', `The path parameter ${name} holds a NUL character`, { errors: [{ pointer: `/path${toPointer([name])}`, message: 'holds a NUL character' }] })
  }
  return params
}

const refuseQuery = (name: string, message: string): DomainError =>
  new DomainError('400.request_invalid', `The query parameter ${name} ${message}`, { errors: [{ pointer: `/query${toPointer([name])}`, message }] })
