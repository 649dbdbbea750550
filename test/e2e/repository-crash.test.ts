import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { spawnProduct, through } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { bring, content, gitOf, rested, statusOf, unique } from './repositories.ts'

let stack: TestStack
let product: Processes
let env: Record<string, string> & { JWT_SECRET: string }
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { GIT_SCHEDULE_SECONDS: '1' } })
  env = { JWT_SECRET: 'a secret of more than thirty-two characters', GIT_SCHEDULE_SECONDS: '1' }
  product = await spawnProduct(stack, env)
}, 120_000)
afterAll(async () => {
  await product.stop()
  await stack.close()
})

test('a worker that is killed again and again while it writes leaves one commit for each change, in one line', async () => {
  const one = through(stack, product)
  const importing = Array.from({ length: 30 }, async (_, index) => {
    const name = unique('killed')
    await bring(one, name, content(String(index)))
    await bring(one, name, content(`${String(index)} again`))
  })
  for (const ms of [700, 300, 1_100]) {
    await sleep(ms)
    process.kill(product.workerPid, 'SIGKILL')
    await product.restartWorker({})
  }
  await Promise.all(importing)
  const { head } = await until(() => statusOf(one), ({ lag }) => lag.unwritten === 0, 60)
  await rested(stack)
  const git = gitOf(stack)
  const { rows } = await sql<{ sha: string; id: string }>`select sha, id from template_commits where tenant_id = ${stack.tenantId} order by position`.execute(stack.db)
  // An import whose worker was killed may have made its version twice.
  const { rows: versions } = await sql`select id from template_versions where tenant_id = ${stack.tenantId}`.execute(stack.db)
  expect(rows.length).toBeGreaterThanOrEqual(60)
  expect(rows).toHaveLength(versions.length)
  const log = (await git('log', '--reverse', '--format=%H %(trailers:key=Slipway-Commit,valueonly)', 'main')).split('\n').filter((line) => line !== '')
  expect(log).toEqual(rows.map(({ sha, id }) => `${sha} ${id}`))
  expect((await git('rev-parse', 'main')).trim()).toBe(head)
  expect(await git('fsck', '--full', '--strict')).not.toMatch(/error|missing/)
}, 180_000)
