import { ghl } from '../../../providers/ghl/index.ts'
import type { HttpOptions } from '../../../providers/http.ts'
import { createGhlSandbox } from '../../../sandboxes/ghl.ts'
import type { JsonObject } from '../../../contracts/json.ts'
import { openSandboxAccount } from '../sandbox-account.ts'
import type { SandboxAccount } from '../sandbox-account.ts'

export const locationId = 'Loc0000000000000TEST'

export interface Location extends SandboxAccount {
  /** A request as a person or another program would make it. */
  call(method: string, path: string, body?: JsonObject): Promise<JsonObject>
}

export async function openLocation(
  options: { token?: string; limits?: Parameters<typeof createGhlSandbox>[0]; take?: HttpOptions['take']; config?: Record<string, string> } = {},
): Promise<Location> {
  const box = await openSandboxAccount(ghl, createGhlSandbox(options.limits), {
    config: { locationId, ...options.config },
    secrets: { token: options.token ?? `pit-sandbox-${locationId}` },
    ...(options.take ? { take: options.take } : {}),
  })
  return {
    ...box,
    async call(method, path, body) {
      const headers = { authorization: `Bearer pit-sandbox-${locationId}`, version: '2021-07-28', 'content-type': 'application/json' }
      const answer = await fetch(`${box.url}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
      if (!answer.ok) throw new Error(`${method} ${path} answered ${String(answer.status)}: ${await answer.text()}`)
      return (await answer.json()) as JsonObject
    },
  }
}
