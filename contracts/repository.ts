import { z } from 'zod'
import { at, commitSha, uuid } from './api.ts'
import type { Origin } from './workflow.ts'

/** The tenant's git repository and its remote. */
const failure = z.strictObject({ code: z.string(), message: z.string() })

export const pulledTemplate = z.strictObject({ templateId: uuid, action: z.enum(['create', 'update', 'delete', 'restore']), version: z.string().nullable() })

export const gitSync = z.strictObject({
  head: commitSha.nullable().meta({ description: 'The commit that both sides have now' }),
  pulled: z.array(pulledTemplate).meta({ description: 'Templates that the remote changed' }),
  pushed: z.int().meta({ description: 'Commits that the remote did not have' }),
  conflicts: z.int().meta({ description: 'Conflicts that wait for a decision' }),
})

export const gitStatus = z.strictObject({
  head: commitSha.nullable(),
  remote: z.strictObject({ url: z.string(), branch: z.string(), sha: commitSha.nullable().meta({ description: 'What its branch was at after the last synchronization' }) }).nullable().meta({ description: 'null without a connection for git' }),
  lag: z.strictObject({ unwritten: z.int().meta({ description: 'Changes that are no commits yet' }), unpushed: z.int().meta({ description: 'Commits that the remote has not got' }) }),
  lastSync: z.strictObject({ at, by: z.string(), succeededAt: at.nullable(), error: failure.nullable() }).nullable(),
  conflicts: z.int(),
})

export type PulledTemplate = z.output<typeof pulledTemplate>
export type SyncResult = z.output<typeof gitSync>

export interface RepositoryInput {
  tenantId: string
  /** Orders that an earlier run of it took over, or that it is begun with. */
  syncs?: SyncOrder[]
}

/** Pull from the remote, then push to it. */
export type SyncOrder = Origin
