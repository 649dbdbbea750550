/** Examples of users, keys and tenants for the API's documentation. */
const at = '2026-03-02T09:15:00.000Z'
const later = '2026-03-09T09:15:00.000Z'
const ids = { tenant: '3f5b7d91-0c2e-8a46-b8d0-1f3a5c7e9b12', user: 'a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13', key: 'b2d4f6a8-3c5e-4a7b-9d1f-3e5a7c9b1d14', invitation: 'c3e5a7b9-4d6f-4b8c-8e2a-4f6b8d0c2e15' }
const user = { id: ids.user, email: 'ops@agency.example', name: 'Ops', roles: ['operator'], platformAdmin: false, disabled: false, lastLoginAt: at, createdBy: 'owner@agency.example', createdAt: at, updatedAt: at }
const tenant = { id: ids.tenant, name: 'bright-agency', createdAt: at }
const apiKey = { id: ids.key, name: 'ci', permissions: ['template:import', 'deploy:plan', 'deploy:execute'], createdBy: 'owner@agency.example', createdAt: at, expiresAt: later, lastUsedAt: null }
const invitation = { id: ids.invitation, email: 'ada@agency.example', roles: ['editor'], createdBy: 'owner@agency.example', createdAt: at, expiresAt: later }
const list = (item: unknown) => ({ items: [item], nextCursor: null })

export const examples = {
  tokens: { accessToken: 'eyJhbGciOiJIUzI1NiJ9.…', refreshToken: 'rt_…', expiresIn: 1800 },
  me: { actor: user.email, tenant, roles: ['operator'], permissions: ['template:read', 'deploy:execute'], platformAdmin: false, user, apiKey: null },
  user,
  users: list(user),
  invitations: list(invitation),
  newInvitation: { ...invitation, link: 'https://slipway.example.com/invitation#inv_…' },
  apiKey,
  apiKeys: list(apiKey),
  newApiKey: { ...apiKey, key: 'sk_…' },
  newTenant: { ...tenant, owner: { ...user, roles: ['owner'], lastLoginAt: null } },
}
