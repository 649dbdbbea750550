import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

const run = promisify(execFile)

export interface Listed { version: string; sha: string | null; author: string; date: string; message: string; paths: string[]; createdBy: string; createdAt: string }
export interface Status {
  head: string | null
  remote: { url: string; branch: string; sha: string | null } | null
  lag: { unwritten: number; unpushed: number }
  lastSync: { at: string; by: string; succeededAt: string | null; error: { code: string; message: string } | null } | null
  conflicts: number
}

export const folderOf = (stack: TestStack, tenantId = stack.tenantId): string => join(stack.config.repositories.dir, tenantId)

/** Git itself, on a tenant's repository. */
export const gitOf = (stack: TestStack, tenantId = stack.tenantId) => async (...args: string[]): Promise<string> =>
  (await run('git', ['--git-dir', folderOf(stack, tenantId), ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout

export const unique = (what = 'desk'): string => `${what} ${randomUUID().slice(0, 8)}`

export const content = (greeting = 'Hello', rest: object = {}): object => ({ resources: { brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: greeting } } }, ...rest })

export const bring = async (stack: TestStack, name: string, body: object = content(), more: object = {}, token?: string): Promise<{ templateId: string; version: string }> => {
  const answer = await stack.call<{ templateId: string; version: string }>('POST', '/api/v1/templates/import', { kind: 'retell', name, content: body, force: true, ...more }, token === undefined ? {} : { token })
  if (answer.status > 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

export const versionsOf = async (stack: TestStack, templateId: string, token?: string): Promise<Listed[]> =>
  (await stack.call<{ items: Listed[] }>('GET', `/api/v1/templates/${templateId}/versions`, undefined, token === undefined ? {} : { token })).body.items

/** All versions of a template, once each is in a commit. */
export async function committed(stack: TestStack, templateId: string, token?: string): Promise<Listed[]> {
  const versions = await until(() => versionsOf(stack, templateId, token), (items) => items.length > 0 && items.every(({ sha }) => sha !== null))
  // Its writer may still pack them.
  if (token === undefined) await rested(stack)
  return versions
}

export const statusOf = async (stack: TestStack, token?: string): Promise<Status> => (await stack.call<Status>('GET', '/api/v1/admin/git/status', undefined, token === undefined ? {} : { token })).body

/** Once every change is a commit. */
export async function written(stack: TestStack): Promise<Status> {
  const status = await until(() => statusOf(stack), ({ lag }) => lag.unwritten === 0)
  await rested(stack)
  return status
}

/** Once its writer has nothing more to do. */
export const rested = async (stack: TestStack, tenantId = stack.tenantId): Promise<void> => {
  await until(() => stack.temporal('workflow', 'describe', '--workflow-id', `repository:${tenantId}`), (text) => /Status\s+COMPLETED/i.test(text))
}
