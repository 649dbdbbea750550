import { expect, test } from '@jest/globals'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { SandboxDefinition } from '../../sandboxes/kernel.ts'

const things: SandboxDefinition = {
  name: 'things',
  routes(app, { store }) {
    app.post('/things', (_req, res) => {
      const id = `thing-${store.next('thing')}`
      store.put('thing', id, { id })
      res.status(201).json({ id })
    })
  },
  faultResponse: (kind, res) => void res.status(Number(kind)).json({ error: kind }),
  rows: (store) => store.list<Record<string, unknown>>('thing').map(({ id, body }) => ({ type: 'thing', id, name: id, body })),
}

test('works', async () => {
  const s = await startSandbox(things, {})
  expect((await fetch(s.url + '/things', { method: 'POST' })).status).toBe(201)
  expect(await (await fetch(s.url + '/__state')).json()).toEqual({ resources: [{ type: 'thing', id: 'thing-1', name: 'thing-1', body: { id: 'thing-1' } }] })
  expect(await (await fetch(s.url + '/__journal')).json()).toMatchObject([{ method: 'POST', path: '/things', status: 201 }])
  await s.close()
})
