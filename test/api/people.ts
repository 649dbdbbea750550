import { randomInt, randomUUID } from 'node:crypto'
import type { Answer, Harness } from './harness.ts'

export interface Tokens { accessToken: string; refreshToken: string; expiresIn: number; code?: string; detail?: string }
export interface User { id: string; email: string; name: string; roles: string[]; platformAdmin: boolean; disabled: boolean; lastLoginAt: string | null }
export interface Person extends User { password: string }

export const password = 'correct horse battery staple'

/** A user with a password, made by an owner. */
export async function makeUser(api: Harness, roles: string[], given: { email?: string; tenantId?: string } = {}): Promise<Person> {
  const email = given.email ?? `${roles.join('-')}-${randomUUID().slice(0, 8)}@agency.example`
  const { status, body } = await api.ask<User>('POST', '/api/v1/users', { body: { email, roles, password }, token: await api.tokenOf('owner', given.tenantId) })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { ...body, password }
}

/** Where a proxy is trusted, each login comes from an address of its own. */
const elsewhere = () => `10.${[0, 0, 0].map(() => String(randomInt(256))).join('.')}`

export const logIn = (api: Harness, email: string, given: string = password, tenant = 'agency'): Promise<Answer<Tokens>> =>
  api.ask<Tokens>('POST', '/api/v1/auth/login', { body: { tenant, email, password: given }, token: undefined, headers: { 'x-forwarded-for': elsewhere() } })

export const refresh = (api: Harness, refreshToken: string): Promise<Answer<Tokens>> => api.ask<Tokens>('POST', '/api/v1/auth/refresh', { body: { refreshToken }, token: undefined })

export const meWith = (api: Harness, token: string) => api.ask<{ code?: string; actor: string; permissions: string[]; user: User | null }>('GET', '/api/v1/auth/me', { token })

export interface Event { actor: string; action: string; subjectId: string; subjectType: string; data: Record<string, unknown> }

export const auditOf = async (api: Harness, query: string, tenantId?: string): Promise<Event[]> =>
  (await api.ask<{ items: Event[] }>('GET', `/api/v1/audit?limit=100&sort=asc&${query}`, { token: await api.tokenOf('owner', tenantId) })).body.items

/** Asks until the status comes: what changed elsewhere is noticed within seconds. */
export async function untilStatus(ask: () => Promise<{ status: number }>, status: number): Promise<void> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const answer = await ask()
    if (answer.status === status) return
    if (Date.now() > deadline) throw new Error(`${String(answer.status)} and not ${String(status)} after 30 seconds`)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}
