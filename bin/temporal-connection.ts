import { readFileSync } from 'node:fs'
import type { Config } from '../config.ts'

/** How both processes reach Temporal: plain, TLS, mTLS or an API key. */
export function temporalConnection({ temporal }: Pick<Config, 'temporal'>) {
  const { address, apiKey, tls, clientCertPath, clientKeyPath } = temporal
  const pair = clientCertPath !== undefined && clientKeyPath !== undefined
    ? { clientCertPair: { crt: readFileSync(clientCertPath), key: readFileSync(clientKeyPath) } }
    : undefined
  return { address, ...(pair ? { tls: pair } : tls ? { tls: true as const } : {}), ...(apiKey === undefined ? {} : { apiKey }) }
}
