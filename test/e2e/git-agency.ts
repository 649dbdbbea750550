import { randomUUID } from 'node:crypto'
import { expect } from '@jest/globals'
import type { GitConflict } from '../../contracts/git-conflicts.ts'
import { ensureTenant } from '../../db/tenants.ts'
import type { Answer, TestStack } from '../support/stack.ts'
import { cloneOf, startGitRemote } from './git-server.ts'
import type { Clone } from './git-server.ts'
import { bring, committed, gitOf, rested, statusOf, versionsOf } from './repositories.ts'
import type { Status } from './repositories.ts'

export interface Synced { head: string | null; pulled: { templateId: string; action: string; version: string | null }[]; pushed: number; conflicts: number }
export interface Problem { code: string; detail: string; errors?: { pointer: string; message: string }[] }

export interface AgencyOptions { token?: string; config?: Record<string, string>; connected?: boolean }

/** A tenant with a remote of its own. */
export async function agencyOf(stack: TestStack, closers: (() => unknown)[], { token = 'glpat-a-secret-token', config = {}, connected = true }: AgencyOptions = {}) {
  const { id: tenantId } = await ensureTenant(stack.db, `agency ${randomUUID()}`)
  const bearer = await stack.token('owner', { tenantId, subject: 'ada@agency.example' })
  const remote = await startGitRemote({ token })
  closers.push(() => remote.close())
  const call = <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => stack.call<T>(method, path, body, { token: bearer })
  const connect = (more: object = {}) => call<{ id: string }>('POST', '/api/v1/connections', { provider: 'git', baseUrl: remote.url, config, secrets: { token }, ...more })
  if (connected) expect((await connect()).status).toBe(201)
  const own = {
    tenantId, bearer, remote, call, connect,
    git: gitOf(stack, tenantId),
    clone: (who?: string): Clone => {
      const clone = cloneOf(remote, who)
      closers.push(() => { clone.close() })
      return clone
    },
    bring: (name: string, body?: object, more?: object) => bring(stack, name, body, more, bearer),
    versions: (templateId: string) => versionsOf(stack, templateId, bearer),
    committed: (templateId: string) => committed(stack, templateId, bearer),
    status: (): Promise<Status> => statusOf(stack, bearer),
    sync: async (): Promise<Synced> => {
      const { status, body } = await call<Synced>('POST', '/api/v1/admin/git/sync')
      if (status !== 200) throw new Error(JSON.stringify(body))
      return body
    },
    conflicts: async (status = 'open') => (await call<{ items: GitConflict[] }>('GET', `/api/v1/admin/git/conflicts?status=${status}`)).body.items,
    resolve: (id: string, body: object) => call<GitConflict & Problem>('POST', `/api/v1/admin/git/conflicts/${id}/resolve`, body),
    promptOf: async (templateId: string) => (await call<{ resources: { brain: { spec: { general_prompt: string } } } }>('GET', `/api/v1/templates/${templateId}/export`)).body.resources.brain.spec.general_prompt,
    rested: () => rested(stack, tenantId),
  }
  return own
}
export type Agency = Awaited<ReturnType<typeof agencyOf>>
