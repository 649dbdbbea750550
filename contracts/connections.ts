import { z } from 'zod'
import { at, list, provider, uuid } from './api.ts'

/** Credentials in an address would be stored, shown and logged in clear. */
const baseUrl = z.string().max(500).regex(/^(https?:\/\/|ssh:\/\/|sandbox:)/, 'an http(s) URL')
  .refine((text) => text.startsWith('sandbox:') || URL.canParse(text), 'an http(s) URL')
  // The user of an ssh address is part of it; a password never is.
  .refine((text) => !URL.canParse(text) || ((text.startsWith('ssh:') || new URL(text).username === '') && new URL(text).password === ''), 'may not hold a user name or password')

/** An account at a provider. */
export const connectionRequest = z.strictObject({
  provider,
  name: z.string().trim().min(1).max(200).optional(),
  clientId: uuid.nullable().optional().meta({ description: "A client's own account; without it the tenant's default" }),
  baseUrl: baseUrl.optional(),
  config: z.record(z.string(), z.string().max(2000)).default({}),
  secrets: z.record(z.string(), z.string().min(1).max(8000)).meta({ description: 'Write only', writeOnly: true }),
})
export const connectionPatch = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  baseUrl: connectionRequest.shape.baseUrl,
  config: z.record(z.string(), z.string().max(2000)).optional(),
  secrets: z.record(z.string(), z.string().min(1).max(8000)).optional().meta({ writeOnly: true }),
})

export const connection = z.strictObject({
  id: uuid, provider: z.string(), name: z.string(), clientId: uuid.nullable(), baseUrl: z.string().nullable(), config: z.record(z.string(), z.string()),
  secrets: z.array(z.string()).meta({ description: 'Names only' }), createdBy: z.string(), createdAt: at, updatedAt: at,
})
export const connectionTest = z.strictObject({ ok: z.boolean(), account: z.string().optional(), error: z.strictObject({ code: z.string(), message: z.string() }).optional() })

export const connections = list(connection)
