import { keysOf } from './keys.ts'

/** The roles of a tenant, most powerful first. `platform:admin` lies outside them. */
export const roles = ['owner', 'admin', 'operator', 'approver', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

const everyone: readonly Role[] = roles
const writers: readonly Role[] = ['owner', 'admin', 'operator', 'editor']
const operators: readonly Role[] = ['owner', 'admin', 'operator']
const auditors: readonly Role[] = ['owner', 'admin', 'approver']
const admins: readonly Role[] = ['owner', 'admin']

/** Which roles hold a permission. */
export const permissions = {
  'template:read': everyone,
  'client:read': everyone,
  'kb:read': everyone,
  'workflow:read': everyone,
  'connection:read': everyone,
  'deployment:read': everyone,
  'link:read': everyone,
  'quality:read': everyone,
  'prompt:read': everyone,
  'deploy:release:read': everyone,
  'deploy:k8s:read': everyone,
  'deploy:compose:read': everyone,
  'template:write': writers,
  'prompt:write': writers,
  'workflow:write': writers,
  'kb:write': writers,
  'template:import': operators,
  'deploy:plan': operators,
  'deploy:resources': operators,
  'deploy:execute': operators,
  'deploy:retry': operators,
  'deploy:undeploy': operators,
  'workflow:execute': operators,
  'client:write': operators,
  'deploy:skip': operators,
  'deploy:resolve': operators,
  'deploy:cancel': operators,
  'connection:write': operators,
  'deploy:release:apply': operators,
  'deploy:release:rollback': operators,
  'deploy:k8s:apply': operators,
  'deploy:k8s:rollback': operators,
  'deploy:compose:apply': operators,
  'deploy:compose:rollback': operators,
  'environment:write': operators,
  'deploy:approval:read': ['owner', 'admin', 'operator', 'approver'],
  'deploy:release:approve': auditors,
  'deploy:approval:review': auditors,
  'audit:read': auditors,
  'user:read': auditors,
  'security:scan': auditors,
  'user:write': admins,
  'policy:write': admins,
  'admin:cache': admins,
  'admin:git': admins,
  'admin:stats': admins,
  'admin:keys': admins,
  'tenant:own': ['owner'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** What an operation may ask for. `platform:admin` makes tenants, and comes with no role. */
export type Right = Permission | 'platform:admin'

const holders: Readonly<Record<Permission, readonly Role[]>> = permissions

export const mayDo = (held: readonly Role[], permission: Permission): boolean => holders[permission].some((role) => held.includes(role))

/** All of them. */
export const permissionNames: readonly Permission[] = keysOf(permissions)

/** All that these roles hold together. */
export const permissionsOf = (held: readonly Role[]): Permission[] => permissionNames.filter((permission) => mayDo(held, permission))
