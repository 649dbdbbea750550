import { z } from 'zod'
import { list, uuid } from './api.ts'
import { permissionNames, roles } from './permissions.ts'

/** Users, their logins, machines' keys, invitations and tenants. */
const at = z.iso.datetime()
const once = <T>(items: readonly T[]) => new Set(items).size === items.length
/** It stands in the audit trail and in tokens. */
const email = z.email().max(200).toLowerCase()
const label = z.string().trim().min(1).max(100).regex(/^\P{C}*$/u, 'may not hold control characters')
const givenPassword = z.string().min(1).max(200).meta({ description: 'Write only', writeOnly: true })
const newPassword = z.string().min(12, 'has at least 12 characters').max(200).meta({ description: 'At least 12 characters; write only', writeOnly: true })
const someRoles = z.array(z.enum(roles)).min(1, 'name at least one role').refine(once, 'names a role twice')
const permission = z.enum(permissionNames)
const days = (standard: number) => z.int().min(1).max(365).default(standard)

/** Requests. */
export const loginRequest = z.strictObject({ tenant: label.meta({ description: "The tenant's name" }), email, password: givenPassword })
export const refreshRequest = z.strictObject({ refreshToken: z.string().min(1).max(200) })
export const passwordRequest = z.strictObject({ currentPassword: givenPassword, newPassword })
export const userRequest = z.strictObject({ email, name: label.optional(), roles: someRoles, password: newPassword })
export const userPatch = z.strictObject({
  name: label, roles: someRoles,
  disabled: z.boolean().meta({ description: 'true ends their sessions and lets them in no more' }),
  password: newPassword.meta({ description: 'A new password; ends their sessions' }),
}).partial()
export const apiKeyRequest = z.strictObject({
  name: label, permissions: z.array(permission).min(1, 'name at least one permission').refine(once, 'names a permission twice').meta({ description: 'What the key may do; you must hold it yourself' }), expiresInDays: days(90),
})
export const invitationRequest = z.strictObject({ email, roles: someRoles, expiresInDays: days(7) })
export const acceptRequest = z.strictObject({ token: z.string().min(1).max(200).meta({ description: 'What stands after the # of the link' }), password: newPassword, name: label.optional() })
export const tenantRequest = z.strictObject({ name: label, owner: z.strictObject({ email, password: newPassword }) })

/** Answers. */
export const tokens = z.strictObject({
  accessToken: z.string(), refreshToken: z.string().meta({ description: 'Good for one refresh' }), expiresIn: z.int().meta({ description: 'Seconds that the access token is good for' }),
})
export const user = z.strictObject({
  id: uuid, email: z.string(), name: z.string(), roles: z.array(z.enum(roles)), platformAdmin: z.boolean().meta({ description: 'Makes tenants' }), disabled: z.boolean(),
  lastLoginAt: at.nullable(), createdBy: z.string(), createdAt: at, updatedAt: at,
})
export const apiKey = z.strictObject({ id: uuid, name: z.string(), permissions: z.array(permission), createdBy: z.string(), createdAt: at, expiresAt: at, lastUsedAt: at.nullable().meta({ description: 'To the minute' }) })
export const newApiKey = apiKey.extend({ key: z.string().meta({ description: 'The key itself, shown here and never again' }) })
export const invitation = z.strictObject({ id: uuid, email: z.string(), roles: z.array(z.enum(roles)), createdBy: z.string(), createdAt: at, expiresAt: at })
export const newInvitation = invitation.extend({ link: z.string().meta({ description: 'Good once; shown here and never again' }) })
export const tenant = z.strictObject({ id: uuid, name: z.string(), createdAt: at })
export const newTenant = tenant.extend({ owner: user })
export const me = z.strictObject({
  actor: z.string().meta({ description: 'As the audit trail names you' }), tenant, roles: z.array(z.enum(roles)), permissions: z.array(permission), platformAdmin: z.boolean(),
  user: user.nullable().meta({ description: 'null for tokens of an external issuer, and for keys' }), apiKey: apiKey.nullable(),
})

export const lists = { users: list(user), apiKeys: list(apiKey), invitations: list(invitation) }
