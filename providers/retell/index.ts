import { z } from 'zod'
import { defineProvider } from '../provider.ts'
import type { Provider } from '../provider.ts'
import { agent } from './agent.ts'
import { call, openClient, provider } from './client.ts'
import { conversationFlow } from './conversation-flow.ts'
import { knowledgeBase } from './knowledge-base.ts'
import { llm } from './llm.ts'
import { phoneNumber } from './phone-number.ts'

/** Retell AI through its own SDK; calls, fields and version rules as docs.retellai.com/api-references gives them. */
export const retell: Provider = defineProvider({
  name: provider,
  title: 'Retell AI',
  connection: {
    defaultBaseUrl: 'https://api.retellai.com',
    config: z.strictObject({}),
    secrets: z.strictObject({ apiKey: z.string().min(1).meta({ description: 'API key from the Retell dashboard' }) }),
  },
  // Only the key names the account, and may be exchanged for another of it.
  accountKey: ({ id, baseUrl }) => `${baseUrl} ${id}`,
  connect: openClient,
  async check({ client }) {
    const { org_name } = await call(() => client.identity.retrieve())
    return { account: org_name }
  },
  resources: { llm, 'conversation-flow': conversationFlow, agent, 'knowledge-base': knowledgeBase, 'phone-number': phoneNumber },
})
