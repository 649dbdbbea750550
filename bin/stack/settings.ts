import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { ConfigError, loadConfig } from '../../config.ts'
import { homeFolder } from './home.ts'
import { type Owner, wantedOwner } from './owner.ts'
import type { PortWish } from './ports.ts'

/** What the user's environment asks of the stack; what it leaves open is brought along. */
export interface Settings {
  folder: string
  ports: { api: PortWish; temporal: PortWish; temporalUi: PortWish; postgres: PortWish }
  databaseUrl: string | undefined
  temporalAddress: string | undefined
  temporalNamespace: string
  temporalUiUrl: string | undefined
  jwtSecret: string | undefined
  encryptionKey: string | undefined
  /** Made on the first start. */
  owner: Owner
}

/** `.env` in the working folder fills in what the environment does not set. */
export function loadDotEnv(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}

/** Reads the whole environment before anything is started. Throws ConfigError with every problem at once. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = []
  const wish = (names: string[], standard: number): PortWish => {
    const name = names.find((candidate) => env[candidate]) ?? ''
    const text = env[name]
    if (!text) return { port: standard, fixed: false }
    const port = Number(text)
    if (!/^\d+$/.test(text) || port < 1 || port > 65_535) problems.push(`${name}: must be a port from 1 to 65535`)
    return { port, fixed: true }
  }
  const ports = {
    api: wish(['PORT', 'SERVICE_PORT'], 8005),
    temporal: wish(['TEMPORAL_PORT'], 7233),
    temporalUi: wish(['TEMPORAL_UI_PORT'], 8233),
    postgres: wish(['PG_PORT'], 5433),
  }
  const bad = new Set(problems.map((problem) => problem.split(':')[0]))
  try {
    loadConfig({
      ...env,
      NODE_ENV: 'development',
      DATABASE_URL: env['DATABASE_URL'] || 'postgresql://127.0.0.1/slipway',
      TEMPORAL_ADDRESS: env['TEMPORAL_ADDRESS'] || '127.0.0.1:7233',
      JWT_SECRET: env['JWT_SECRET'] || env['SECRET_KEY'] || randomBytes(32).toString('hex'),
      ENCRYPTION_KEY: env['ENCRYPTION_KEY'] || randomBytes(32).toString('base64'),
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    problems.push(...error.problems.filter((problem) => !bad.has(problem.split(':')[0])))
  }
  let owner: Owner | undefined
  try {
    owner = wantedOwner(env['OWNER_EMAIL'] || 'owner@slipway.example', env['OWNER_PASSWORD'] || undefined)
  } catch (error) {
    problems.push(`OWNER_EMAIL, OWNER_PASSWORD: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (owner === undefined || problems.length > 0) throw new ConfigError(problems)
  return {
    owner,
    folder: homeFolder(env),
    ports,
    databaseUrl: env['DATABASE_URL'] || undefined,
    temporalAddress: env['TEMPORAL_ADDRESS'] || undefined,
    temporalNamespace: env['TEMPORAL_NAMESPACE'] || 'default',
    temporalUiUrl: env['TEMPORAL_UI_URL'] || undefined,
    jwtSecret: env['JWT_SECRET'] || env['SECRET_KEY'] || undefined,
    encryptionKey: env['ENCRYPTION_KEY'] || undefined,
  }
}
