import { checkBody } from './body.ts'
import type { N8n } from './context.ts'
import { N8nRefusal } from './refusal.ts'
import { readOnly, text } from './shapes.ts'

export interface Tag {
  id: string
  name: string
  createdAt: string
  updatedAt: string
}

const tagShape = {
  type: 'object',
  required: ['name'],
  properties: { id: readOnly, name: text, createdAt: readOnly, updatedAt: readOnly },
} as const

export const viewTag = ({ id, name, createdAt, updatedAt }: Tag) => ({ id, name, createdAt, updatedAt })

export const allTags = ({ store }: N8n): Tag[] => store.list<Tag>('tag').map(({ body }) => body)

/** Tags are the one thing in n8n whose name is unique. */
export function readTagName(n8n: N8n, body: unknown, except?: string): string {
  checkBody(n8n.version, tagShape, body)
  const { name } = body
  if (name.length < 1 || name.length > 24) throw new N8nRefusal(400, 'Tag name must be 1 to 24 characters long.')
  if (allTags(n8n).some((tag) => tag.name === name && tag.id !== except)) throw new N8nRefusal(409, 'Tag already exists')
  return name
}
