import { expect, test } from '@jest/globals'
import { type Permission, type Role, mayDo, permissions, roles } from '../../contracts/permissions.ts'

/** Who may do what, written out: the first letter of each role that may, in the order of `roles`. */
const table: [roles: string, permissions: string][] = [
  ['owner admin operator approver editor viewer', 'template:read client:read kb:read workflow:read connection:read deployment:read link:read quality:read prompt:read deploy:release:read deploy:k8s:read deploy:compose:read'],
  ['owner admin operator editor', 'template:write prompt:write workflow:write kb:write'],
  ['owner admin operator', 'template:import deploy:plan deploy:resources deploy:execute deploy:retry deploy:undeploy workflow:execute client:write'],
  ['owner admin operator', 'deploy:skip deploy:resolve deploy:cancel connection:write deploy:release:apply deploy:release:rollback deploy:k8s:apply deploy:k8s:rollback deploy:compose:apply deploy:compose:rollback environment:write'],
  ['owner admin operator approver', 'deploy:approval:read'],
  ['owner admin approver', 'deploy:release:approve deploy:approval:review'],
  ['owner admin approver', 'audit:read user:read security:scan'],
  ['owner admin', 'user:write policy:write admin:cache admin:git admin:stats admin:keys'],
  ['owner', 'tenant:own'],
]

test('the permissions are these and no others', () => {
  expect(Object.keys(permissions).sort()).toEqual(table.flatMap(([, names]) => names.split(' ')).sort())
})

test.each(table)('%s, and nobody else, may %s', (who, names) => {
  for (const permission of names.split(' ') as Permission[]) {
    expect([permission, ...roles.filter((role) => mayDo([role], permission))]).toEqual([permission, ...who.split(' ')])
  }
})

test('several roles add up, none allow nothing', () => {
  expect(mayDo(['viewer', 'approver'], 'audit:read')).toBe(true)
  expect((Object.keys(permissions) as Permission[]).some((permission) => mayDo([] as Role[], permission))).toBe(false)
})
