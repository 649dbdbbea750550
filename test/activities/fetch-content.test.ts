import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readRequest } from '../../activities/fetch-content.ts'
import { fetchGit } from '../../activities/fetch-git.ts'
import { toFailure } from '../../activities/to-failure.ts'
import type { Json } from '../../contracts/json.ts'
import { putBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { createVault } from '../../db/vault.ts'
import { startGitServer } from '../e2e/git-server.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => { database = await cloneDatabase() })
afterAll(() => database.drop())

const vault = createVault({ key: Buffer.alloc(32, 1).toString('base64'), oldKeys: [] })
/** What Temporal is told of a request to import. */
async function told(request: Json): Promise<unknown> {
  const { id: tenantId } = await ensureTenant(database.db, 'default')
  const blobRef = await inTenant(database.db, tenantId, (tx) => putBlob(tx, vault, tenantId, request))
  return readRequest({ db: database.db, vault }, { tenantId, blobRef }).catch(toFailure)
}

test('a request to import is read with what it leaves to us', async () => {
  expect(await told({ kind: 'retell', name: 'desk', content: 'resources: {}' })).toEqual({ kind: 'retell', name: 'desk', content: 'resources: {}', force: false })
})

test.each<[string, Record<string, Json>, string]>([
  ['a name that no template has', { name: ' canary' }, '/name'],
  ['an unknown key', { nom: 'canary' }, '/nom'],
  ['two contents', { contentRef: 'canary.yaml' }, '/content'],
])('one with %s is refused for good, at its place and without its values', async (_, more, pointer) => {
  const failure = await told({ kind: 'retell', content: 'canary', ...more })
  expect(failure).toMatchObject({ type: '400.request_invalid', nonRetryable: true, message: expect.stringContaining(`shape: ${pointer} `), details: [{ errors: [{ pointer, message: expect.any(String) }] }] })
  expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toContain('canary')
})

test('a file that git packs to next to nothing is refused by its size, before it is read', async () => {
  const git = await startGitServer({ 'zeros.yaml': Buffer.alloc(64 * 1024 * 1024) }, {})
  try {
    await expect(fetchGit(`${git.smart}#zeros.yaml`, { allowPrivateAddresses: true })).rejects.toMatchObject({ code: '400.content_unreadable', message: 'is larger than 16 MiB: zeros.yaml has 64 MiB' })
  } finally {
    await git.close()
  }
}, 30_000)
