import { DomainError } from '../../contracts/errors.ts'
import { inTenant } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { deleteInvitation, getInvitation, listInvitations, putInvitation, takeInvitation } from '../../db/invitations.ts'
import { emailTaken, findAccountByEmail, insertUser, noteLogin } from '../../db/users.ts'
import { audited } from '../audited.ts'
import { hashPassword } from '../auth/passwords.ts'
import { demandRoles } from '../auth/rights.ts'
import { newSecret, readSecret } from '../auth/secrets.ts'
import { giveTokens, signingSecret } from '../auth/session.ts'
import { pageOf } from '../pages.ts'
import type { Handlers } from './index.ts'

const unknown = (): DomainError => new DomainError('404.invitation_not_found', 'The invitation is unknown, expired or accepted: ask for another one')

export const invitations: Pick<Handlers, 'listInvitations' | 'createInvitation' | 'deleteInvitation' | 'acceptInvitation'> = {
  listInvitations: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listInvitations(tx, pageOf(query))) }),

  createInvitation: async (ctx, call) => {
    const { tenantId, actor, body: { email, roles, expiresInDays } } = call
    demandRoles(ctx, call, roles, `Giving ${roles.join(', ')}`)
    const { text, hash } = newSecret('inv', tenantId)
    const invitation = await inTenant(ctx.db, tenantId, async (tx) => {
      if (await findAccountByEmail(tx, email)) throw emailTaken(email)
      const made = await putInvitation(tx, { tenantId, id: newId(), email, roles, hash, days: expiresInDays, createdBy: actor })
      await audited(call, tx, 'invitation.created', made.id, { email, roles, expiresAt: made.expiresAt })
      return made
    })
    // After the # it reaches no server's log.
    return { status: 201, body: { ...invitation, link: `${ctx.auth.publicUrl ?? ''}/invitation#${text}` } }
  },

  deleteInvitation: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const { id, email } = await getInvitation(tx, call.params.id, { lock: true })
      await deleteInvitation(tx, id)
      await audited(call, tx, 'invitation.revoked', id, { email })
      return { status: 204, body: undefined }
    }),

  acceptInvitation: async (ctx, { body: { token, password, name }, correlationId }) => {
    signingSecret(ctx)
    const secret = readSecret('inv', token)
    if (!secret) throw unknown()
    const { tenantId, hash } = secret
    return inTenant(ctx.db, tenantId, async (tx) => {
      const invitation = await takeInvitation(tx, hash)
      if (!invitation) throw unknown()
      const { id, email, roles, createdBy } = invitation
      const { account } = await insertUser(tx, { tenantId, id: newId(), email, name, roles, passwordHash: await hashPassword(password), createdBy })
      await noteLogin(tx, account.user.id)
      await audited({ tenantId, actor: email, correlationId }, tx, 'invitation.accepted', id, { email, roles, userId: account.user.id })
      return { status: 201, body: await giveTokens(ctx, tx, tenantId, account, newId()) }
    })
  },
}
