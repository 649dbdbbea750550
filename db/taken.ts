/** PostgreSQL's unique_violation: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const isTaken = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === '23505'
