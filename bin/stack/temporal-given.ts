import { readFileSync } from 'node:fs'
import { Connection } from '@temporalio/client'
import { loadConfig } from '../../config.ts'
import { prepareNamespace } from './temporal-namespace.ts'

/** A server of the user's: it must answer; what it does not let us set up, its operator has to. */
export async function prepareGivenTemporal(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<void> {
  // The database and the keys are no part of this and may not be there yet.
  const { temporal } = loadConfig({ DATABASE_URL: 'postgresql://127.0.0.1/slipway', ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'), JWT_SECRET: 'x'.repeat(32), ...pick(env) })
  const pair =
    temporal.clientCertPath === undefined || temporal.clientKeyPath === undefined
      ? undefined
      : { clientCertPair: { crt: readFileSync(temporal.clientCertPath), key: readFileSync(temporal.clientKeyPath) } }
  const connection = await Connection.connect({
    address: temporal.address,
    connectTimeout: '10s',
    ...(temporal.tls || pair !== undefined ? { tls: pair ?? true } : {}),
    ...(temporal.apiKey === undefined ? {} : { apiKey: temporal.apiKey }),
  }).catch((cause: unknown) => {
    throw new Error(`TEMPORAL_ADDRESS=${temporal.address}: no Temporal server answers there`, { cause })
  })
  try {
    await prepareNamespace(connection, temporal.namespace)
  } catch (error) {
    say(`Temporal at ${temporal.address} did not take our search attributes or retention for namespace ${temporal.namespace} (${error instanceof Error ? error.message : String(error)}): its operator must register them`)
  } finally {
    await connection.close()
  }
}

function pick(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('TEMPORAL_')))
}
