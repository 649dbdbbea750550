import { types } from 'node:util'

/** What the system calls an error, such as ENOENT; undefined of what has no such name. */
export const codeOf = (error: unknown): unknown => (types.isNativeError(error) && 'code' in error ? error.code : undefined)
