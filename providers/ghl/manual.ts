import { ManualStep } from '../provider.ts'
import type { ResourceType } from '../provider.ts'
import type { GhlClient } from './client.ts'
import { pageUrl } from './named.ts'
import { problemsOf } from './shape.ts'

/** What GoHighLevel's API cannot make (forms, funnels, snapshots): an instruction with a link, at every deployment. `path` is a page of the location. */
export const manual: ResourceType<GhlClient> = {
  title: 'Step by hand',
  validate: (spec) => problemsOf({ title: 'text!', instructions: 'text!', path: 'text' }, spec),
  naturalKey: ({ name }) => name,
  get: async () => undefined,
  find: async () => undefined,
  create: async ({ connection }, { spec }) => {
    const path = typeof spec['path'] === 'string' ? spec['path'].replace(/^\/*/, '/') : '/dashboard'
    throw new ManualStep(`${String(spec['title'])}: ${String(spec['instructions'])}`, pageUrl(connection, path))
  },
  update: async (_account, live) => live,
  remove: async () => {},
  url: (connection) => pageUrl(connection, '/dashboard'),
}
