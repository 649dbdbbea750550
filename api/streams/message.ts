import { type StreamRequest, streamRequest } from '../../contracts/stream-requests.ts'
import { parse } from '../parse.ts'

/** An entry as Redis gives it. */
export interface Entry {
  id: string
  fields: Record<string, string>
}

/** Fields that are text anyway are taken without the quotes of JSON too. */
const texts: ReadonlySet<string> = new Set(['template_id', 'operation', 'tenant_id', 'user_id', 'timestamp'])

function valueOf(name: string, text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text
  }
  return texts.has(name) && typeof value !== 'string' && value !== null ? text : value
}

/** What is asked. Throws 400.request_invalid naming each field that does not fit. */
export const readRequest = ({ fields }: Pick<Entry, 'fields'>): StreamRequest =>
  parse(streamRequest, Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, valueOf(name, text)])), '')

/** The word of the operation for metrics and logs, whatever else is wrong. */
export const operationOf = ({ fields }: Pick<Entry, 'fields'>): string => {
  const value = valueOf('operation', fields['operation'] ?? '')
  return streamRequest.shape.operation.safeParse(value).data ?? 'unknown'
}

/** The entry of a message: one field after the other, each value in JSON. */
export const entryOf = (message: object): string[] => Object.entries(message).flatMap(([name, value]) => [name, JSON.stringify(value) ?? 'null'])
