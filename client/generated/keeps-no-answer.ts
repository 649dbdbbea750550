// Generated from the contracts: npm run generate
/** Posts to these answer with secrets, or are asked with them: no answer is kept, so they must not be sent twice. */
export const keepsNoAnswer: ReadonlySet<string> = new Set([
  '/api/v1/api-keys',
  '/api/v1/auth/invitation',
  '/api/v1/auth/login',
  '/api/v1/auth/logout',
  '/api/v1/auth/password',
  '/api/v1/auth/refresh',
  '/api/v1/invitations'
])
