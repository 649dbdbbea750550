import { z } from 'zod'
import { type Role, roles } from './contracts/permissions.ts'

const port = z.coerce.number().int().min(0).max(65535)
const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
const origin = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''))
const key = z.string().refine((value) => Buffer.from(value, 'base64').length === 32, 'must be 32 bytes in base64: openssl rand -base64 32')

const roleList = z.string().transform((text) => text.split(',').map((name) => name.trim()).filter(Boolean)).pipe(z.array(z.enum(roles)))

const versionName = z.string().regex(/^[\w-][\w.-]{0,99}$/, 'must be letters, digits, "-", "_" and ".", at most 100')

const claim = z.string().min(1).max(200)
const isPairOfRoles = (pair: [string, string]): pair is [string, Role] => pair[0] !== '' && roles.some((role) => role === pair[1])
const roleNames = z.string().transform((text, ctx) => {
  const pairs = text.split(',').filter(Boolean).map((pair): [string, string] => [pair.slice(0, pair.lastIndexOf('=')).trim(), pair.slice(pair.lastIndexOf('=') + 1).trim()])
  if (pairs.every(isPairOfRoles)) return Object.fromEntries(pairs)
  ctx.addIssue({ code: 'custom', message: `must be pairs theirs=ours, comma separated; ours are ${roles.join(', ')}` })
  return z.NEVER
})

/** Every variable the API and the worker read. `.env.example` is generated from this. */
export const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production').describe('development allows sandboxes and private addresses for providers'),
  HOST: z.string().default('127.0.0.1').describe('Address the API and the metrics of the worker listen on'),
  PORT: port.optional().describe('Port of the API; SERVICE_PORT is read too (8005)'),
  SERVICE_PORT: port.optional().describe('Another name for PORT'),
  METRICS_PORT: port.default(9464).describe('Port of the worker\'s /metrics and /health; 0 takes a free one'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://').refine((value) => URL.canParse(value), 'is no address: a password with signs other than letters and digits must be percent-encoded').describe('PostgreSQL 15 or newer; npm start brings its own when this is empty'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(20).describe('Connections per process'),
  REDIS_URL: z.string().regex(/^rediss?:\/\//, 'must start with redis:// or rediss://').refine((value) => URL.canParse(value), 'is no address: a password with signs other than letters and digits must be percent-encoded').optional().describe('Redis 7 or newer: cache shared between processes, and streams; without it the cache is in-process and there are no streams'),
  REDIS_PREFIX: z.string().regex(/^[\w:.-]{1,64}$/, 'must be letters, digits, "_", ":", "." and "-", at most 64').default('slipway').describe('Begins the keys of the cache: installations that share a Redis need one each'),
  TEMPLATE_CACHE_TTL: z.coerce.number().int().min(0).max(604_800).default(3_600).describe('Seconds that templates and instances stay in the cache; 0: no cache'),
  STREAM_PREFIX: z.string().regex(/^[\w:.{}-]{1,64}$/, 'must be letters, digits, "_", ":", ".", "-", "{" and "}", at most 64').default('maestro:streams:templates').describe('Begins the names of the streams: …:requests, …:results, …:usage, …:dead-letters'),
  STREAM_REQUESTS: flag.default(true).describe('false: this API process takes no requests from the stream'),
  STREAM_DELIVERIES: z.coerce.number().int().min(1).max(100).default(5).describe('Deliveries of a stream request before it goes to the dead letters'),
  STREAM_CLAIM_MS: z.coerce.number().int().min(100).max(3_600_000).default(30_000).describe('After this long without a sign of its consumer a stream request goes to another'),
  STREAM_MAX_LENGTH: z.coerce.number().int().min(100).default(100_000).describe('Entries that results, usage and dead letters keep, about'),
  STREAM_ROLES: roleList.default([]).describe("Roles of a stream request's user who is not among the tenant's users, comma separated: for an external issuer's; none by default"),
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port').default('127.0.0.1:7233').describe('Temporal frontend; npm start brings its own when this is empty'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('Temporal namespace'),
  TEMPORAL_API_KEY: z.string().min(1).optional().describe('API key for Temporal Cloud'),
  TEMPORAL_TLS: flag.default(false).describe('Connect to Temporal with TLS; an API key implies it'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: z.string().optional().describe('Client certificate for mTLS to Temporal'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: z.string().optional().describe('Key of the client certificate'),
  TEMPORAL_UI_URL: origin.optional().describe('Where people open the Temporal Web UI; links in answers use it'),
  JWT_SECRET: z.string().min(32, 'must be at least 32 characters').optional().describe('HS256 secret for access tokens; SECRET_KEY is read too'),
  SECRET_KEY: z.string().min(32, 'must be at least 32 characters').optional().describe('Another name for JWT_SECRET'),
  JWT_ISSUER: z.string().default('slipway').describe('Issuer that HS256 tokens must name'),
  JWT_AUDIENCE: z.string().default('slipway').describe('Audience that every token must name'),
  JWT_JWKS_URL: z.url({ protocol: /^https?$/ }).optional().describe('Key set of an external issuer (RS256, ES256)'),
  JWT_JWKS_ISSUER: z.string().optional().describe('Issuer that tokens signed by the key set must name'),
  JWT_JWKS_SUBJECT_CLAIM: claim.default('sub').describe("External issuer: the claim with the caller's name, or a JSON Pointer to it"),
  JWT_JWKS_TENANT_CLAIM: claim.default('tenant').describe("External issuer: the claim with the tenant's id or name, or a JSON Pointer to it"),
  JWT_JWKS_TENANT: z.string().min(1).optional().describe('External issuer: the tenant, by id or name, of tokens that name none'),
  JWT_JWKS_ROLES_CLAIM: claim.default('roles').describe('External issuer: the claim with the list of roles, or a JSON Pointer to it, e.g. /realm_access/roles'),
  JWT_JWKS_ROLES: roleNames.optional().describe('External issuer: its names of roles, e.g. platform-team=admin,staff=viewer; without it their names are ours'),
  JWT_MINUTES: z.coerce.number().int().min(1).max(1_440).default(30).describe('How long the access token of a login is good for'),
  REFRESH_TOKEN_DAYS: z.coerce.number().int().min(1).max(365).default(30).describe('How long a refresh token is good for; each refresh gives a new one'),
  LOGIN_LOCK_AFTER: z.coerce.number().int().min(1).max(1_000).default(10).describe('Failed logins in a row that lock an account'),
  LOGIN_LOCK_MINUTES: z.coerce.number().positive().max(1_440).default(15).describe('How long it is locked'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0).describe('Proxies in front that set X-Forwarded-For: logins are limited by the address they name'),
  PUBLIC_URL: origin.optional().describe('Where people reach the API; links of invitations begin with it'),
  ENCRYPTION_KEY: key.describe('Encrypts connections and secret variables: 32 bytes in base64'),
  ENCRYPTION_OLD_KEYS: z.string().default('').transform((value) => value.split(',').filter(Boolean)).pipe(z.array(key)).describe('Keys still needed for reading, comma separated'),
  ENABLE_RBAC: flag.default(true).describe('false lets every valid token do everything; refused in production'),
  ENABLE_QUALITY_GATES: flag.default(true).describe('false: a project template is published whatever its quality'),
  MIN_TEMPLATE_QUALITY_SCORE: z.coerce.number().int().min(0).max(100).default(70).describe('The least quality score that passes, where a tenant\'s policy says nothing else'),
  PARKED_DAYS: z.coerce.number().positive().max(365).default(30).describe('How long a failed provider step waits for an order'),
  PROVIDER_ATTEMPTS: z.coerce.number().int().min(1).max(100).default(6).describe('Tries of a provider step before it is parked. A stage of Supabase asked for by itself is tried for as long as so many longest waits take'),
  PROVIDER_RETRY_INITIAL_MS: z.coerce.number().int().min(10).default(1000).describe('First wait between tries, doubling'),
  PROVIDER_RETRY_MAX_MS: z.coerce.number().int().min(10).default(30000).describe('Longest wait between tries'),
  PROVIDER_TIMEOUT_MS: z.coerce.number().int().min(100).default(30000).describe('Time limit of one request to a provider'),
  PROVIDERS: z.string().optional().transform((value) => value?.split(',').filter(Boolean)).describe('Providers whose queues this worker serves, comma separated (all)'),
  PROVIDER_ACTIVITIES_PER_SECOND: z.coerce.number().positive().optional().describe('Ceiling over all workers for each provider queue'),
  WORKER_ACTIVITIES: z.coerce.number().int().min(1).max(10_000).default(200).describe('Provider steps that this worker runs at once, for each provider'),
  WORKER_WORKFLOWS: flag.default(true).describe('false: this worker serves provider queues only'),
  WORKER_BUILD_ID: versionName.optional().describe('Name of this build: runs go on with the build that began them, see docs/temporal.md; without it with any worker'),
  WORKER_DEPLOYMENT: versionName.default('slipway').describe('Temporal Worker Deployment that WORKER_BUILD_ID is a version of'),
  TEMPLATES_STORAGE_PATH: z.string().min(1).default('.slipway/repositories').describe('Folder of the git repositories, on the worker that serves the queue git; what is in it is built again from PostgreSQL where it is missing'),
  GIT_SCHEDULE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60).describe('How often to look for templates that are not committed yet and remotes that are due'),
  GHL_APP_URL: origin.default('https://app.gohighlevel.com').describe('Host of the GoHighLevel pages that links point to (white label)'),
  SANDBOX_RETELL_URL: origin.optional().describe('Development: what sandbox:retell stands for'),
  SANDBOX_N8N_URL: origin.optional().describe('Development: what sandbox:n8n stands for'),
  SANDBOX_GHL_URL: origin.optional().describe('Development: what sandbox:ghl stands for'),
  SANDBOX_SUPABASE_URL: origin.optional().describe('Development: what sandbox:supabase stands for'),
  SANDBOX_LLM_URL: origin.optional().describe('Development: what sandbox:llm stands for'),
  OTEL_EXPORTER_OTLP_ENDPOINT: origin.optional().describe('Where traces go (OTLP over HTTP); without it none are sent'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').describe('Least level that is logged'),
})

/** A bad environment: `problems` has one line per variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`Bad configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

type Environment = z.output<typeof environment>

const acrossVariables = (env: Partial<Record<keyof Environment, unknown>>): string[] => [
  ...(env.JWT_SECRET ?? env.SECRET_KEY ?? env.JWT_JWKS_URL ? [] : ['JWT_SECRET: set it, or JWT_JWKS_URL for an external issuer']),
  ...(env.NODE_ENV === 'production' && !env.ENABLE_RBAC ? ['ENABLE_RBAC: cannot be false in production'] : []),
  ...(env.JWT_JWKS_URL && !env.JWT_JWKS_ISSUER ? ['JWT_JWKS_ISSUER: set it to the issuer whose keys JWT_JWKS_URL serves'] : []),
  ...(Boolean(env.TEMPORAL_TLS_CLIENT_CERT_PATH) === Boolean(env.TEMPORAL_TLS_CLIENT_KEY_PATH) ? [] : ['TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH: set both or neither']),
]

const authOf = (env: Environment) => ({
  secret: env.JWT_SECRET ?? env.SECRET_KEY,
  issuer: env.JWT_ISSUER,
  audience: env.JWT_AUDIENCE,
  jwksUrl: env.JWT_JWKS_URL,
  jwksIssuer: env.JWT_JWKS_ISSUER,
  jwksClaims: { subject: env.JWT_JWKS_SUBJECT_CLAIM, tenant: env.JWT_JWKS_TENANT_CLAIM, roles: env.JWT_JWKS_ROLES_CLAIM, roleNames: env.JWT_JWKS_ROLES, defaultTenant: env.JWT_JWKS_TENANT },
  accessMinutes: env.JWT_MINUTES,
  refreshDays: env.REFRESH_TOKEN_DAYS,
  lockAfter: env.LOGIN_LOCK_AFTER,
  lockMinutes: env.LOGIN_LOCK_MINUTES,
  trustedProxies: env.TRUSTED_PROXIES,
  publicUrl: env.PUBLIC_URL,
  rbac: env.ENABLE_RBAC,
})

const sandboxesOf = (env: Environment): Readonly<Record<string, string | undefined>> => ({
  retell: env.SANDBOX_RETELL_URL,
  n8n: env.SANDBOX_N8N_URL,
  ghl: env.SANDBOX_GHL_URL,
  supabase: env.SANDBOX_SUPABASE_URL,
  llm: env.SANDBOX_LLM_URL,
})

const providersOf = (env: Environment) => ({
  serve: env.PROVIDERS,
  timeoutMs: env.PROVIDER_TIMEOUT_MS,
  activitiesPerSecond: env.PROVIDER_ACTIVITIES_PER_SECOND,
  ghlAppUrl: env.GHL_APP_URL,
  sandboxes: sandboxesOf(env),
  allowPrivateAddresses: env.NODE_ENV !== 'production',
})

const toConfig = (env: Environment) =>
  Object.freeze({
    mode: env.NODE_ENV,
    host: env.HOST,
    port: env.PORT ?? env.SERVICE_PORT ?? 8005,
    metricsPort: env.METRICS_PORT,
    database: { url: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE },
    redis: env.REDIS_URL === undefined ? undefined : { url: env.REDIS_URL, prefix: env.REDIS_PREFIX },
    cacheSeconds: env.TEMPLATE_CACHE_TTL,
    streams: {
      prefix: env.STREAM_PREFIX,
      take: env.STREAM_REQUESTS,
      deliveries: env.STREAM_DELIVERIES,
      claimMs: env.STREAM_CLAIM_MS,
      maxLength: env.STREAM_MAX_LENGTH,
      roles: env.STREAM_ROLES,
    },
    temporal: {
      address: env.TEMPORAL_ADDRESS,
      namespace: env.TEMPORAL_NAMESPACE,
      apiKey: env.TEMPORAL_API_KEY,
      tls: env.TEMPORAL_TLS || env.TEMPORAL_API_KEY !== undefined,
      clientCertPath: env.TEMPORAL_TLS_CLIENT_CERT_PATH,
      clientKeyPath: env.TEMPORAL_TLS_CLIENT_KEY_PATH,
      uiUrl: env.TEMPORAL_UI_URL,
    },
    auth: authOf(env),
    encryption: { key: env.ENCRYPTION_KEY, oldKeys: env.ENCRYPTION_OLD_KEYS },
    quality: { gates: env.ENABLE_QUALITY_GATES, minimum: env.MIN_TEMPLATE_QUALITY_SCORE },
    deployments: {
      parkedDays: env.PARKED_DAYS,
      attempts: env.PROVIDER_ATTEMPTS,
      retryInitialMs: env.PROVIDER_RETRY_INITIAL_MS,
      retryMaxMs: env.PROVIDER_RETRY_MAX_MS,
    },
    providers: providersOf(env),
    repositories: { dir: env.TEMPLATES_STORAGE_PATH, scheduleSeconds: env.GIT_SCHEDULE_SECONDS },
    workflows: env.WORKER_WORKFLOWS,
    activities: env.WORKER_ACTIVITIES,
    build: env.WORKER_BUILD_ID === undefined ? undefined : { id: env.WORKER_BUILD_ID, deployment: env.WORKER_DEPLOYMENT },
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: env.LOG_LEVEL,
  })

export type Config = ReturnType<typeof toConfig>

/** Reads the environment once. Throws ConfigError naming every bad variable. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(set)
  const bad = new Map((parsed.error?.issues ?? []).map(({ path, message }) => [String(path[0]), set[String(path[0])] === undefined ? 'is required' : message]))
  // What is good alone is also checked against each other, so that nobody has to start twice to hear everything.
  const good = Object.fromEntries(Object.entries(environment.shape).filter(([name]) => !bad.has(name)).map(([name, schema]): [string, unknown] => [name, schema.parse(set[name])]))
  const problems = [...[...bad].map(([name, message]) => `${name}: ${message}`), ...acrossVariables(good).filter((problem) => !bad.has(problem.split(':')[0] ?? ''))]
  if (parsed.data === undefined || problems.length > 0) throw new ConfigError(problems)
  return toConfig(parsed.data)
}
