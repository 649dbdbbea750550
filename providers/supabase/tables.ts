import { lookup } from 'node:dns/promises'
import { Socket, isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { unreachable } from '../failures.ts'
import type { Http } from '../http.ts'
import { isPrivateAddress } from '../private-address.ts'
import { ProviderError } from '../provider.ts'
import type { Account, Connection } from '../provider.ts'
import { originOf, supabaseOf } from './client.ts'
import { schemaDocs, schemaSql } from './schema.ts'

/** PostgREST knows no such table (its cache), or PostgreSQL does not. */
export const isMissingTable = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && (error.details.vendorCode === 'PGRST205' || error.details.vendorCode === '42P01')

/** Any number, but the same everywhere: two workers must not create the tables at once. */
const tablesLock = 7_236_114_905

/**
 * Creates the tables of the stages over the direct connection, if they are not there; needs `secrets.databaseUrl`.
 * One transaction under a lock, so it may run anywhere at any time.
 */
export async function ensureTables(account: Account<unknown>): Promise<void> {
  const url = account.connection.secrets['databaseUrl']
  if (!url) throw new ProviderError(runIt(account.connection), { provider: 'supabase', retryable: false })
  const client = await connect(new URL(url), supabaseOf(account).http)
  try {
    await client.query('begin')
    // Not as a startup option: poolers refuse those.
    await client.query("set local statement_timeout = '30s'")
    await client.query('select pg_advisory_xact_lock($1)', [tablesLock])
    await client.query(schemaSql)
    await client.query('commit')
  } catch (error) {
    throw databaseFailure(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Does the work; where a table is missing, creates the tables first and waits until PostgREST has seen them. */
export async function withTables<T>(account: Account<unknown>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isMissingTable(error)) throw error
    if (!account.connection.secrets['databaseUrl']) {
      throw new ProviderError(`${error.message}. ${runIt(account.connection)}`, { ...error.details, retryable: false }, { cause: error })
    }
  }
  await ensureTables(account)
  for (let left = 20; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (!isMissingTable(error)) throw error
      // PostgREST reloads its schema within seconds of DDL, up to half a minute on a busy project.
      if (left === 0) throw new ProviderError(error.message, { ...error.details, retryable: true, retryAfterMs: 5_000 }, { cause: error })
      await sleep(100)
    }
  }
}

function runIt(connection: Connection): string {
  const ref = projectOf(connection)
  const where = ref === undefined ? 'the project\'s SQL editor' : `https://supabase.com/dashboard/project/${ref}/sql/new`
  return `Run the SQL of ${schemaDocs} in ${where}, or give the connection a databaseUrl so that the tables are made for you`
}

/** The project's reference: the first label of a hosted project's name. */
export const projectOf = (connection: Connection): string | undefined =>
  /^([a-z0-9]+)\.supabase\.(co|in|net)$/.exec(new URL(originOf(connection)).hostname)?.[1]

async function connect(url: URL, http: Http): Promise<pg.Client> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const address = isIP(host) ? host : await lookup(host).then((found) => found.address, (error: unknown) => { throw unreachable('supabase', error) })
  if (isPrivateAddress(address)) await refusePrivate(address, http)
  const client = new pg.Client({
    connectionString: url.href,
    connectionTimeoutMillis: 10_000,
    query_timeout: 40_000,
    application_name: 'slipway',
    stream: () => pinned(address, Number(url.port || 5432)),
  })
  // A connection lost while idle is met again by the next query.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw databaseFailure(error)
  }
}

/** The address that was checked is the one that is opened, whatever the name or the URL's options say by then. */
function pinned(address: string, port: number): Socket {
  const socket = new Socket()
  const open = socket.connect.bind(socket)
  socket.connect = () => open(port, address)
  return socket
}

/** The HTTP layer knows whether private addresses are allowed. Port 1 is one that fetch never opens, so nothing is sent. */
async function refusePrivate(address: string, http: Http): Promise<void> {
  await http.fetch(`http://${isIP(address) === 6 ? `[${address}]` : address}:1/`, { method: 'HEAD' }).catch((error: unknown) => {
    if (error instanceof ProviderError && error.details.vendorCode === 'EPRIVATE') throw error
  })
}

function databaseFailure(error: unknown): ProviderError {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return unreachable('supabase', error)
  const { code, message } = error
  // Connections, resources, operators and rollbacks pass; a wrong password or a missing right does not.
  const retryable = /^(08|40|53|55|57)/.test(code)
  return new ProviderError(`supabase's database said: ${message}`, { provider: 'supabase', retryable, vendorCode: code }, { cause: error })
}
