import { examples } from '../examples.ts'
import { gitConflict, gitConflicts, resolveConflictRequest } from '../git-conflicts.ts'
import { operation } from '../operation.ts'
import * as queries from '../queries.ts'
import * as repository from '../repository.ts'

const tag = 'Git'

/** The tenant's git repository and its remote. */
export const repositoryOperations = {
  syncRepository: operation({
    method: 'post', path: '/admin/git/sync', at: 'v1', access: ['admin:git'], tag, summary: 'Synchronize the templates with the git remote',
    description: 'Pulls, then pushes. What both sides changed differently becomes a conflict that waits for a decision; everything else goes on. Needs a connection for `git`.',
    answers: { 200: { description: 'Both sides are at `head`', schema: repository.gitSync, example: examples.gitSync } },
    errors: ['422.connection_missing', '502.provider_error_git'],
  }),
  gitStatus: operation({
    method: 'get', path: '/admin/git/status', at: 'v1', access: ['admin:git'], tag, summary: 'How the git repository and its remote are',
    answers: { 200: { description: 'Head, remote, lag, last synchronization, conflicts', schema: repository.gitStatus, example: examples.gitStatus } }, errors: [],
  }),
  listGitConflicts: operation({
    method: 'get', path: '/admin/git/conflicts', at: 'v1', access: ['admin:git'], tag, summary: 'List what the remote and Slipway disagree about', query: queries.gitConflictsQuery,
    answers: { 200: { description: 'A page of conflicts', schema: gitConflicts, example: examples.gitConflicts } }, errors: [],
  }),
  resolveGitConflict: operation({
    method: 'post', path: '/admin/git/conflicts/{id}/resolve', at: 'v1', access: ['admin:git'], tag, summary: 'Decide a conflict',
    description: '`ours` keeps the template as it is, `theirs` takes the file of the remote, `content` takes what is sent. What changes the template is a new version. The next synchronization pushes it.',
    params: queries.byId, body: resolveConflictRequest, example: { take: 'theirs' },
    answers: { 200: { description: 'Decided', schema: gitConflict, example: examples.gitConflictResolved } },
    errors: ['404.conflict_not_found', '409.conflict_resolved', '400.artifact_schema_invalid', '400.content_unreadable', '409.version_exists'],
  }),
}
