import { afterAll, expect } from '@jest/globals'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Running } from '../../bin/stack/child.ts'
import { startPostgres } from '../../bin/stack/postgres.ts'
import { startPostgrest } from '../../bin/stack/postgrest.ts'
import { prepareSupabase } from '../../bin/stack/supabase.ts'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import { testWith, postgrest as withPostgrest } from '../support/platform.ts'

const root = mkdtempSync(join(tmpdir(), 'slipway-postgrest-'))
chmodSync(root, 0o755)
const jwtSecret = 'a-secret-of-at-least-32-characters'
const running: Running[] = []

afterAll(async () => {
  for (const process of running.toReversed()) await process.stop()
  rmSync(root, { recursive: true, force: true })
})

testWith(withPostgrest, 'PostgREST serves the sandbox\'s own database to the service key, and to nobody else', async () => {
  const server = await startPostgres({ dataDir: join(root, 'pg'), password: 'secret' })
  running.push(server)
  const databaseUrl = await prepareSupabase(server, 'another secret')
  // A second start does it again.
  expect(await prepareSupabase(server, 'another secret')).toBe(databaseUrl)
  const postgrest = await startPostgrest({ databaseUrl, jwtSecret })
  running.push(postgrest)

  const asService = { authorization: `Bearer ${signSupabaseKey(jwtSecret, 'service_role')}`, 'content-type': 'application/json' }
  const row = { owner: 'acme', key: 'greeting', content: 'Hello' }
  const written = await fetch(`${postgrest.url}/prompts`, { method: 'POST', headers: asService, body: JSON.stringify(row) })
  expect(written.status).toBe(201)
  const read = (await (await fetch(`${postgrest.url}/prompts`, { headers: asService })).json()) as unknown[]
  expect(read).toEqual([expect.objectContaining(row)])
  expect((await fetch(`${postgrest.url}/prompts`)).status).toBe(401)
})

testWith(withPostgrest, 'a busy port is named in the error', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const server = await startPostgres({ dataDir: join(root, 'pg2'), password: 'secret' })
  running.push(server)
  await expect(startPostgrest({ databaseUrl: server.url, jwtSecret, port })).rejects.toMatchObject({ name: 'PortBusyError', port })
  holder.close()
})
