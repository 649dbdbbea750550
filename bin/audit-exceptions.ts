/** An advisory that does not concern us, and why. `npm run audit` fails for any other, and for an exception that is no longer needed. */
export interface AuditException {
  /** As the registry names it: GHSA-…, or the address that ends with it. */
  advisory: string
  reason: string
}

export const auditExceptions: readonly AuditException[] = []
