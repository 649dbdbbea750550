import { z } from 'zod'
import { isObject } from '../../domain/json.ts'
import { defineProvider, ProviderError } from '../provider.ts'
import type { Connection } from '../provider.ts'
import { calendar } from './calendar.ts'
import { connectGhl, missingScope } from './client.ts'
import type { GhlClient } from './client.ts'
import { customField } from './custom-field.ts'
import { customValue } from './custom-value.ts'
import { manual } from './manual.ts'
import { pipeline } from './pipeline.ts'
import { tag } from './tag.ts'
import { workflow } from './workflow.ts'

const accountKey = ({ baseUrl, config }: Connection): string => `${new URL(baseUrl).host}:${config['locationId'] ?? ''}`

/** GoHighLevel (HighLevel), by a private integration token of one location. Source: marketplace.gohighlevel.com/docs. */
export const ghl = defineProvider<GhlClient>({
  name: 'ghl',
  title: 'GoHighLevel',
  connection: {
    defaultBaseUrl: 'https://services.leadconnectorhq.com',
    config: z.strictObject({
      locationId: z.string().regex(/^[A-Za-z0-9]{8,40}$/, 'must be the id of a location, such as ve9EPM428h8vShlRW1KT'),
      appUrl: z.url().optional().describe('Where people see the location; a white-labelled agency has a host of its own'),
    }),
    secrets: z.strictObject({ token: z.string().min(1).describe('A private integration token of the location') }),
  },
  // The vendor allows 100 within 10 s: 15 at once and 8 a second stay below in any 10 s.
  rateLimit: (connection) => ({ key: `ghl:${accountKey(connection)}`, capacity: 15, perSecond: 8 }),
  accountKey,
  connect: connectGhl,
  async check({ client }) {
    try {
      const body = await client.get({ path: `/locations/${client.location}`, scope: 'locations.readonly' })
      if (!body) throw new ProviderError(`ghl has no location ${client.location}`, { provider: 'ghl', status: 404, retryable: false })
      const name = isObject(body['location']) ? body['location']['name'] : undefined
      return { account: typeof name === 'string' ? name : client.location }
    } catch (error) {
      // The vendor knows the token: that it may not read the location's name is no fault.
      if (error instanceof ProviderError && error.details.vendorCode === missingScope) return { account: client.location }
      throw error
    }
  },
  resources: { customField, customValue, tag, pipeline, calendar, workflow, manual },
})
