import { ManualStep } from '../provider.ts'
import type { Account, ResourceType } from '../provider.ts'
import type { GhlClient } from './client.ts'
import { itemsOf } from './items.ts'
import type { Item } from './items.ts'
import { isNamed, nameOf, pageUrl } from './named.ts'
import { withoutReadOnly } from './read-only.ts'
import { pick, problemsOf } from './shape.ts'
import type { Shape } from './shape.ts'

const page = '/automation/workflows'
const shape: Shape = { name: 'text!' }

/** Only a few chosen locations may write workflows by API, so one is looked for, and a person makes what is missing. Source: Workflows API. */
export const workflow: ResourceType<GhlClient> = {
  title: 'Workflow (made by hand)',
  validate: (spec) => problemsOf(shape, spec),
  normalize: withoutReadOnly,
  naturalKey: (desired) => nameOf(desired).toLowerCase(),
  async get(account, externalId) {
    const found = (await all(account)).find(({ id }) => id === externalId)
    return found && { externalId, spec: pick(shape, found), marked: true }
  },
  async find(account, desired) {
    const found = (await all(account)).find((item) => isNamed(item, nameOf(desired)))
    return found && { externalId: found.id, spec: pick(shape, found), marked: false }
  },
  create: async ({ connection }, desired) => {
    throw new ManualStep(`Create the workflow "${nameOf(desired)}" in Automation, Workflows: GoHighLevel has no API for it`, pageUrl(connection, page))
  },
  update: async (_account, live) => live,
  remove: async () => {},
  url: (connection, { externalId }) => pageUrl(connection, `/automation/workflow/${encodeURIComponent(externalId)}`),
  // Its name is found in any case, and nothing of it can be changed.
  diff: () => [],
}

const all = async ({ client }: Account<GhlClient>): Promise<Item[]> =>
  itemsOf(await client.get({ path: `/workflows/?locationId=${client.location}`, scope: 'workflows.readonly' }), 'workflows')
