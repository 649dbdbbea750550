import { join } from 'node:path'
import { inTenant } from '../../db/client.ts'
import { findHead, findWritten, recordRewritten, writtenCommits } from '../../db/repository.ts'
import type { CommitRow, Head } from '../../db/repository.ts'
import { openGit } from '../../providers/git/run.ts'
import { branch, commitOf, deleteStore, initStore, point } from '../../providers/git/store.ts'
import type { Store } from '../../providers/git/store.ts'
import { ProviderError } from '../../providers/provider.ts'
import type { ActivityContext } from '../context.ts'
import { cancellation } from '../failures.ts'
import { commitRows } from './commit-orders.ts'
import { repeatPull } from './repeat-pull.ts'
import { findRemote } from './remote.ts'

/** Rows that are read, and commits that are made, at once: a template may have 16 MiB. */
export const atOnce = 10

export interface OpenRepository {
  store: Store
  head: Head | undefined
}

function storeOf(ctx: ActivityContext, tenantId: string): Store {
  const dir = join(ctx.repositoriesDir, tenantId)
  return { dir, git: openGit({ dir, signal: cancellation().signal }) }
}

/** It does not work: the next try builds it again. */
export const forgetRepository = (ctx: ActivityContext, tenantId: string): Promise<void> => deleteStore(storeOf(ctx, tenantId))

/**
 * The tenant's repository on this worker, at the commit that is on record: what git has beyond it was never told to anybody, and what it lacks is made
 * again. Where the repository is not there or does not work, that is everything.
 */
export async function openRepository(ctx: ActivityContext, tenantId: string): Promise<OpenRepository> {
  const store = storeOf(ctx, tenantId)
  const head = await inTenant(ctx.db, tenantId, findHead)
  try {
    await initStore(store)
    const local = await commitOf(store, branch)
    if (local === head?.sha) return { store, head }
    if (head === undefined || (await commitOf(store, head.sha)) !== undefined) {
      await point(store, head?.sha)
      return { store, head }
    }
    // Another worker has gone on meanwhile.
    const behind = local === undefined ? undefined : await inTenant(ctx.db, tenantId, (tx) => findWritten(tx, local))
    if (behind) return { store, head: await catchUp(ctx, tenantId, store, behind) }
  } catch (error) {
    // Neither a remote that is away nor the end of this try says anything about what is on the disk.
    if (error instanceof ProviderError || cancellation().signal.aborted) throw error
    ctx.log.warn({ tenant_id: tenantId, err: error }, 'the git repository does not work and is built again')
  }
  return { store, head: await rebuild(ctx, tenantId, store) }
}

export async function rebuild(ctx: ActivityContext, tenantId: string, store: Store): Promise<Head | undefined> {
  await deleteStore(store)
  await initStore(store)
  return catchUp(ctx, tenantId, store, undefined)
}

/** Makes every commit after one that is here, each as it was; where one cannot be, the later ones get other ids too. */
async function catchUp(ctx: ActivityContext, tenantId: string, store: Store, from: Head | undefined): Promise<Head | undefined> {
  const all = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(ctx.db, tenantId, work)
  let head = from
  let asked = false
  for (;;) {
    const rows = await all((tx) => writtenCommits(tx, head?.position ?? 0, atOnce))
    if (rows.length === 0) break
    if (!asked && rows.some(({ remoteSha }) => remoteSha !== null)) {
      asked = true
      // What came from the remote is fetched again. One that is away is waited for; without a connection, it is done without.
      await (await findRemote(ctx, tenantId))?.use((remote) => remote.fetch(store))
    }
    const made = await makeAgain(store, rows, head?.sha)
    await point(store, made.at(-1)?.sha)
    await all(async (tx) => { for (const one of made) if (one.changed) await recordRewritten(tx, one) })
    head = made.at(-1) ?? head
  }
  ctx.log.info({ tenant_id: tenantId, commits: (head?.position ?? 0) - (from?.position ?? 0) }, 'git repository built')
  return head
}

interface Made extends Head {
  id: string
  changed: boolean
  detached: boolean
}

async function makeAgain(store: Store, rows: readonly CommitRow[], parent: string | undefined): Promise<Made[]> {
  const made: Made[] = []
  const note = ({ id, position, sha: old }: CommitRow, sha: string, detached = false) => made.push({ id, position: position ?? 0, sha, changed: sha !== old, detached })
  const tip = () => made.at(-1)?.sha ?? parent
  for (let at = 0, row = rows[at]; row; row = rows[at]) {
    if (row.action === 'pull') {
      const { sha, detached } = await repeatPull(store, row, tip())
      note(row, sha, detached && row.remoteSha !== null)
      at += 1
      continue
    }
    const pull = rows.findIndex(({ action }, index) => index > at && action === 'pull')
    const run = rows.slice(at, pull < 0 ? rows.length : pull)
    for (const one of await commitRows(store, run, tip())) note(one.row, one.sha)
    at += run.length
  }
  return made
}
