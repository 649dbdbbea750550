import { kinds, templateName } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { GitConflict } from '../contracts/git-conflicts.ts'
import { inTenant } from '../db/client.ts'
import type { Tx } from '../db/client.ts'
import { resolveConflict } from '../db/git-conflicts.ts'
import type { Conflict } from '../db/git-conflicts.ts'
import { findInRepository } from '../db/repository.ts'
import { recordResolution } from '../db/template-commits.ts'
import { getVersion, listVersions } from '../db/template-versions.ts'
import { findTemplateByName, setDeleted } from '../db/templates.ts'
import type { Template } from '../db/templates.ts'
import { contentOf } from '../domain/template-files.ts'
import { placeOf } from '../domain/template-place.ts'
import type { TemplatePlace } from '../domain/template-place.ts'
import { nextVersion } from '../domain/versions.ts'
import { audited } from './audited.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { errorsOf } from './parse.ts'
import { importTemplate } from './stages.ts'
import { changed } from './template-changes.ts'

type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId' | 'roles'>

export interface Resolution {
  take: 'ours' | 'theirs' | 'content'
  content?: string | JsonObject | undefined
}

const placeIn = ({ path }: Pick<Conflict, 'path'>): TemplatePlace | undefined => {
  const place = placeOf(path, kinds)
  return place === 'misplaced' ? undefined : place
}

const findHere = async (tx: Tx, conflict: Conflict): Promise<Template | undefined> => {
  const place = placeIn(conflict)
  return place && findInRepository(tx, place)
}

/** With what the template says now. */
export async function shownConflict(tx: Tx, conflict: Conflict): Promise<GitConflict> {
  const template = await findHere(tx, conflict)
  return { ...conflict, ours: template ? contentOf((await getVersion(tx, template)).artifact) : null }
}

/** Carries a decision out. The repository follows, and the remote with its next synchronization. */
export async function resolveGitConflict(ctx: ApiContext, call: Asker, conflict: Conflict, { take, content }: Resolution): Promise<GitConflict> {
  const { actor } = call
  const wanted = take === 'content' ? content : (conflict.theirs ?? undefined)
  if (take !== 'ours' && wanted !== undefined) await takeContent(ctx, call, conflict, wanted)
  return changed(ctx, call, async (tx) => {
    const resolved = await resolveConflict(tx, conflict, take, actor)
    if (take === 'ours') await keepOurs(tx, call, resolved)
    else if (wanted === undefined) await deleteOurs(tx, call, resolved)
    await audited(call, tx, 'git_conflict.resolved', conflict.id, { path: conflict.path, take })
    return shownConflict(tx, resolved)
  })
}

/** As a new version of the template, through the same checks as any other. */
async function takeContent(ctx: ApiContext, call: Asker, conflict: Conflict, content: string | JsonObject): Promise<void> {
  const place = placeIn(conflict)
  if (!place) throw new DomainError('400.artifact_schema_invalid', `No template lies at ${conflict.path}: move the file in the remote, or take ours, which removes it`, { errors: [{ pointer: '', message: 'lies where no template lies' }] })
  const misnamed = templateName.safeParse(place.name).error
  if (misnamed) throw new DomainError('400.artifact_schema_invalid', `No template has the name that ${conflict.path} says: a name is 1 to 200 letters, digits, dots, dashes and spaces, with no slash, #, ? or %, and no space at either end; rename the folder in the remote, or take ours, which removes it`, { errors: errorsOf(misnamed.issues, '/name') })
  if (content === '') throw new DomainError('400.content_unreadable', `${conflict.path} is no template in the remote: mend it there, or take ours`, { errors: [{ pointer: '/take', message: 'is no template' }] })
  const version = await inTenant(ctx.db, call.tenantId, async (tx) => {
    const template = await findTemplateByName(tx, place.kind, place.name)
    return template && nextVersion((await listVersions(tx, template.id)).map((one) => one.version))
  })
  await importTemplate(ctx, call, { ...place, content, force: true, ...(version === undefined ? {} : { version }) })
}

/** The file in the repository becomes ours again; where there is no template, it goes. */
async function keepOurs(tx: Tx, { tenantId, actor }: Asker, conflict: Conflict): Promise<void> {
  const template = await findHere(tx, conflict)
  await recordResolution(tx, { tenantId, path: conflict.path, templateId: template?.id, versionId: template && (await getVersion(tx, template)).id, actor })
}

/** As the remote did; what is deployed of it stays. */
async function deleteOurs(tx: Tx, call: Asker, conflict: Conflict): Promise<void> {
  const template = await findHere(tx, conflict)
  if (!template) return
  await setDeleted(tx, template.id, call.actor)
  await audited(call, tx, 'template.deleted', template.id, { name: template.name, force: true })
}
