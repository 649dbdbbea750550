import { z } from 'zod'
import { defineProvider, ProviderError } from '../provider.ts'
import { workflowAnswer } from './answers.ts'
import { connectN8n } from './client.ts'
import type { N8nClient } from './client.ts'
import { credential } from './credential.ts'
import { workflow } from './workflow.ts'

/** n8n, cloud or self-hosted, from 2.8 on; each customer has an instance of their own. It has no rate limit of its own. */
export const n8n = defineProvider<N8nClient>({
  name: 'n8n',
  title: 'n8n',
  connection: {
    config: z.strictObject({}),
    secrets: z.strictObject({ apiKey: z.string().min(1).describe('An API key, made in n8n under Settings, n8n API') }),
  },
  connect: connectN8n,
  async check({ client, connection }) {
    const page = await client.get('/workflows?limit=1', z.object({ data: z.array(workflowAnswer) }))
    if (!page) throw new ProviderError(`There is no public API of n8n at ${connection.baseUrl}; check the base URL`, { provider: 'n8n', status: 404, retryable: false })
    return { account: new URL(connection.baseUrl).host }
  },
  resources: { workflow, credential },
})
