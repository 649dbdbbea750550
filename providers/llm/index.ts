import { defineProvider } from '../provider.ts'
import { connectLlm, secrets, settings, trouble } from './client.ts'
import type { Llm } from './client.ts'

/** Any server that speaks OpenAI's chat completions (platform.openai.com/docs/api-reference/chat); writes leaves, owns no resources. */
export const llm = defineProvider<Llm>({
  name: 'llm',
  title: 'Language model',
  connection: {
    defaultBaseUrl: 'https://api.openai.com/v1',
    config: settings,
    secrets,
  },
  // A long text may take a model a minute and more.
  leastTimeoutMs: 120_000,
  connect: connectLlm,
  async check({ connection, client }) {
    try {
      const { response } = await client.openai.models.list().withResponse()
      return { account: response.headers.get('openai-organization') ?? new URL(connection.baseUrl).host }
    } catch (error) {
      throw trouble(error)
    }
  },
  resources: {},
})
