import type { N8n } from './context.ts'
import { credentialSchema, dataProblems } from './credential-data.ts'
import { N8nRefusal } from './refusal.ts'
import { flag, object, readOnly, text } from './shapes.ts'

export interface Credential {
  id: string
  name: string
  type: string
  data: Record<string, unknown>
  createdAt: string
  updatedAt: string
}

const createShape = {
  type: 'object',
  required: ['name', 'type', 'data'],
  properties: { name: text, type: text, data: object, projectId: text, createdAt: readOnly, updatedAt: readOnly },
} as const
export const updateShape = {
  type: 'object',
  properties: { name: text, type: text, data: object, isPartialData: flag },
} as const
/** The newer version lets the caller choose an id, which makes a repeated create recognisable. */
export const newCredentialShape = {
  '2.8': { ...createShape, properties: { ...createShape.properties, id: readOnly } },
  '2.41': { ...createShape, properties: { ...createShape.properties, id: text } },
} as const

/** A credential as the API answers it: the data never leaves. */
export const viewCredential = ({ id, name, type, createdAt, updatedAt }: Credential) => ({ id, name, type, isManaged: false, createdAt, updatedAt })

export function chosenId({ store }: N8n, id: string): string {
  if (!/^[A-Za-z0-9_-]{1,16}$/.test(id)) throw new N8nRefusal(400, 'request/body/id must be 1 to 16 characters of A-Z, a-z, 0-9, _ and -')
  if (store.get('credential', id) !== undefined) throw new N8nRefusal(409, `Credential with id "${id}" already exists`)
  return id
}

export function checkType(type: string): void {
  if (credentialSchema(type) === undefined) throw new N8nRefusal(400, 'req.body.type is not a known type')
}

export function checkData(type: string, data: Record<string, unknown>, partial: boolean): void {
  checkType(type)
  const problems = dataProblems(type, data, partial)
  if (problems.length > 0) throw new N8nRefusal(400, problems.join(','))
}
