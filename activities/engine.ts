import type { Address } from '../db/connections.ts'
import { sha256 } from '../db/ids.ts'
import type { Try } from '../db/deployment-steps.ts'
import { createLedger } from '../db/ledger.ts'
import { canonical } from '../domain/canonical.ts'
import type { Engine, Outcome } from '../providers/engine.ts'
import type { Provider } from '../providers/provider.ts'
import { accountFor } from './accounts.ts'
import type { AccountOptions } from './connect.ts'
import type { ActivityContext } from './context.ts'
import type { Step } from './steps.ts'

/** `sw-` and 12 hex digits, the same for one resource of one client for ever. */
export const markerOf = ({ tenantId, plan }: Pick<Step, 'tenantId' | 'plan'>, type: string, name: string): string =>
  `sw-${sha256(JSON.stringify([tenantId, plan.clientId, plan.templateId, type, name])).slice(0, 12)}`

/** A sandbox is the same account wherever it listens. */
export function accountKeyOf(adapter: Provider, { id, provider, baseUrl, config }: Address): string {
  const named = { id, provider, config, secrets: {}, baseUrl: new URL(baseUrl ?? adapter.connection.defaultBaseUrl ?? 'none:').href.replace(/\/+$/, '') }
  return adapter.accountKey?.(named) ?? named.baseUrl
}

export interface EngineOptions extends AccountOptions {
  /** Who makes things with it; looking only needs nobody. */
  holder?: Try
  checkpoint(): void
  onOutcome?(outcome: Outcome): Promise<void>
}

/** The provider's engine for this client. Throws 422.connection_missing. */
export function createEngine(ctx: ActivityContext, step: Step, options: EngineOptions): Engine {
  const { tenantId, provider, plan } = step
  const adapter = ctx.registry.get(provider)
  const account = accountFor(ctx, provider, step.credentials, { ...options, secrets: step.secrets })
  return {
    provider: adapter,
    account,
    ledger: createLedger(ctx.db, { tenantId, clientId: plan.clientId, templateId: plan.templateId }, provider, options.holder, step.credentials && accountKeyOf(adapter, step.credentials)),
    markerOf: (type, name) => markerOf(step, type, name),
    redact: account.redact,
    fingerprint: (spec) => ctx.vault.fingerprint(tenantId, canonical(spec)),
    checkpoint: () => { options.checkpoint() },
    ...(options.onOutcome ? { onOutcome: options.onOutcome.bind(options) } : {}),
  }
}
