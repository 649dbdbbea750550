import * as accounts from '../accounts.ts'
import { examples } from '../account-examples.ts'
import { operation } from '../operation.ts'
import * as queries from '../queries.ts'

const auth = 'Authentication'
const users = 'Users'
const keys = 'API keys'
const gone = { 204: { description: 'Deleted' } }
const loggedIn = { description: 'The tokens', schema: accounts.tokens, example: examples.tokens }

/** Who may log in, and with what. */
export const accountOperations = {
  login: operation({
    method: 'post', path: '/auth/login', at: 'v1', access: 'anyone', secret: true, tag: auth, summary: 'Log in with a password',
    description: 'An unknown tenant, an unknown email and a wrong password get the same answer. After too many failures in a row the account is locked for some minutes.',
    body: accounts.loginRequest, example: { tenant: 'bright-agency', email: 'ops@agency.example', password: 'correct horse battery' },
    answers: { 200: loggedIn }, errors: ['401.credentials_invalid', '403.login_disabled', '429.too_many_requests', '503.unavailable'],
  }),
  refreshToken: operation({
    method: 'post', path: '/auth/refresh', at: 'v1', access: 'anyone', secret: true, tag: auth, summary: 'Trade a refresh token for new tokens',
    description: 'Each refresh token is good once. One that comes a second time has been stolen, from you or by you: the whole login ends.',
    body: accounts.refreshRequest, example: { refreshToken: examples.tokens.refreshToken },
    answers: { 200: loggedIn }, errors: ['401.refresh_token_invalid', '403.login_disabled', '503.unavailable'],
  }),
  logout: operation({
    method: 'post', path: '/auth/logout', at: 'v1', access: 'anyone', secret: true, tag: auth, summary: 'End a login',
    description: 'Ends its refresh tokens, of whatever age. An access token that was given goes on until it expires.',
    body: accounts.refreshRequest, example: { refreshToken: examples.tokens.refreshToken },
    answers: { 204: { description: 'Ended, or it had been' } }, errors: ['503.unavailable'],
  }),
  getMe: operation({
    method: 'get', path: '/auth/me', at: 'v1', access: 'signed-in', tag: auth, summary: 'Who am I, and what may I do',
    answers: { 200: { description: 'You', schema: accounts.me, example: examples.me } }, errors: [],
  }),
  changePassword: operation({
    method: 'post', path: '/auth/password', at: 'v1', access: 'signed-in', secret: true, tag: auth, summary: 'Change your password', description: 'Ends all your logins and answers with a new one. Wrong current passwords count like failed logins.',
    body: accounts.passwordRequest, example: { currentPassword: 'correct horse battery', newPassword: 'staple correct horse' },
    answers: { 200: loggedIn }, errors: ['401.credentials_invalid', '403.forbidden', '403.login_disabled', '429.too_many_requests'],
  }),
  listUsers: operation({
    method: 'get', path: '/users', at: 'v1', access: ['user:read'], tag: users, summary: 'List users', query: queries.usersQuery,
    answers: { 200: { description: 'A page of users', schema: accounts.lists.users, example: examples.users } }, errors: [],
  }),
  createUser: operation({
    method: 'post', path: '/users', at: 'v1', access: ['user:write'], tag: users, summary: 'Make a user', description: 'You can give the roles whose permissions you hold: only owners make owners. With an invitation the password stays theirs.',
    body: accounts.userRequest, example: { email: 'ops@agency.example', roles: ['operator'], password: 'correct horse battery' }, etag: true,
    answers: { 201: { description: 'Made', schema: accounts.user, example: examples.user } }, errors: ['409.name_taken'],
  }),
  getUser: operation({
    method: 'get', path: '/users/{id}', at: 'v1', access: ['user:read'], tag: users, summary: 'Read a user', params: queries.byId, etag: true,
    answers: { 200: { description: 'The user', schema: accounts.user, example: examples.user } }, errors: ['404.user_not_found'],
  }),
  updateUser: operation({
    method: 'patch', path: '/users/{id}', at: 'v1', access: ['user:write'], tag: users, summary: 'Change a user', description: 'Roles, disabling and a password count within seconds: access tokens given before end. Only owners change owners; your own password is changed by `/auth/password`.',
    params: queries.byId, body: accounts.userPatch, example: { roles: ['operator', 'approver'] }, etag: true,
    answers: { 200: { description: 'Changed', schema: accounts.user, example: examples.user } }, errors: ['404.user_not_found', '409.last_owner'],
  }),
  deleteUser: operation({
    method: 'delete', path: '/users/{id}', at: 'v1', access: ['user:write'], tag: users, summary: 'Remove a user', params: queries.byId, etag: true, answers: gone, errors: ['404.user_not_found', '409.last_owner'],
  }),
  listInvitations: operation({
    method: 'get', path: '/invitations', at: 'v1', access: ['user:read'], tag: users, summary: 'List invitations that were not accepted yet', query: queries.accountsQuery,
    answers: { 200: { description: 'A page of invitations', schema: accounts.lists.invitations, example: examples.invitations } }, errors: [],
  }),
  createInvitation: operation({
    method: 'post', path: '/invitations', at: 'v1', access: ['user:write'], secret: true, tag: users, summary: 'Invite a user', description: 'Answers with a link to hand over; whoever opens it chooses a password. Inviting the same address again ends the earlier link.',
    body: accounts.invitationRequest, example: { email: 'ada@agency.example', roles: ['editor'] },
    answers: { 201: { description: 'The invitation, with its link', schema: accounts.newInvitation, example: examples.newInvitation } }, errors: ['409.name_taken'],
  }),
  deleteInvitation: operation({
    method: 'delete', path: '/invitations/{id}', at: 'v1', access: ['user:write'], tag: users, summary: 'Take an invitation back', params: queries.byId, answers: gone, errors: ['404.invitation_not_found'],
  }),
  acceptInvitation: operation({
    method: 'post', path: '/auth/invitation', at: 'v1', access: 'anyone', secret: true, tag: auth, summary: 'Accept an invitation', description: 'Makes the user and logs in.',
    body: accounts.acceptRequest, example: { token: 'inv_…', password: 'correct horse battery', name: 'Ada' },
    answers: { 201: loggedIn }, errors: ['403.login_disabled', '404.invitation_not_found', '409.name_taken', '503.unavailable'],
  }),
  listApiKeys: operation({
    method: 'get', path: '/api-keys', at: 'v1', access: ['admin:keys'], tag: keys, summary: 'List API keys', query: queries.accountsQuery,
    answers: { 200: { description: 'A page of keys', schema: accounts.lists.apiKeys, example: examples.apiKeys } }, errors: [],
  }),
  createApiKey: operation({
    method: 'post', path: '/api-keys', at: 'v1', access: ['admin:keys'], secret: true, tag: keys, summary: 'Make an API key', description: 'For machines: `Authorization: Bearer sk_…` or `X-API-Key: sk_…`. It holds the permissions named, which must be yours.',
    body: accounts.apiKeyRequest, example: { name: 'ci', permissions: ['template:import', 'deploy:plan', 'deploy:execute'], expiresInDays: 30 },
    answers: { 201: { description: 'The key', schema: accounts.newApiKey, example: examples.newApiKey } }, errors: [],
  }),
  getApiKey: operation({
    method: 'get', path: '/api-keys/{id}', at: 'v1', access: ['admin:keys'], tag: keys, summary: 'Read what is known of an API key', params: queries.byId,
    answers: { 200: { description: 'All but the key itself', schema: accounts.apiKey, example: examples.apiKey } }, errors: ['404.api_key_not_found'],
  }),
  deleteApiKey: operation({
    method: 'delete', path: '/api-keys/{id}', at: 'v1', access: ['admin:keys'], tag: keys, summary: 'Revoke an API key', description: 'From the next request on it is no key any more.', params: queries.byId, answers: gone, errors: ['404.api_key_not_found'],
  }),
  createTenant: operation({
    method: 'post', path: '/tenants', at: 'v1', access: ['platform:admin'], tag: 'Tenants', summary: 'Make a tenant with its first owner',
    body: accounts.tenantRequest, example: { name: 'bright-agency', owner: { email: 'ops@agency.example', password: 'correct horse battery' } },
    answers: { 201: { description: 'Made', schema: accounts.newTenant, example: examples.newTenant } }, errors: ['409.name_taken'],
  }),
}
