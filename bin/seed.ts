/** Brings a library of templates into a tenant's registry, over the public API: npm run seed -- --help */
import { parseArgs } from 'node:util'
import { type Auth, createSlipway } from '../client/slipway.ts'
import { here } from './cli/input.ts'
import { createBar } from './seed/bar.ts'
import { registryOf, refusalOf } from './seed/registry.ts'
import { reportText } from './seed/report.ts'
import { seed } from './seed/seed.ts'
import { homeFolder, readStack } from './stack/home.ts'
import { loadDotEnv } from './stack/settings.ts'

const help = `npm run seed -- [options]

Brings every template of a folder or git repository into a tenant's registry: directories with manifest.yaml, cookiecutter.json or copier.yml,
artifacts in YAML or JSON, and raw exports of n8n and Retell. Safe to repeat: what is there is left alone.

  --from <folder or address>   default: the library that ships; of git https://host/repository.git#path@ref
  --url <address>              default: the stack that was started here
  --token <token or API key>   or SLIPWAY_TOKEN; default: the owner of the stack that was started here
  --email <email>              logs in, with --password or SLIPWAY_PASSWORD
  --tenant <name>              whose email it is; default: default
  --concurrency <number>       how many at once; default: 8
  --private                    the repository may lie in a private network
  --json                       the whole report as JSON

The exit code is 1 when a template failed.`

const options = {
  from: { type: 'string' }, url: { type: 'string' }, token: { type: 'string' }, tenant: { type: 'string' }, email: { type: 'string' }, password: { type: 'string' },
  concurrency: { type: 'string', default: '8' }, private: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

/** Where to, and as whom: what is said, else the stack that was started here. */
function destination({ url, token, email, tenant = 'default', password }: Values, env: NodeJS.ProcessEnv): { baseUrl: string; auth: Auth } {
  const stack = readStack(homeFolder(env))
  const baseUrl = url ?? stack?.apiUrl
  if (baseUrl === undefined) throw new Error(`no stack was started in ${homeFolder(env)}: run \`npm start\` first, or name an address with --url`)
  if (email !== undefined) {
    const given = password ?? env['SLIPWAY_PASSWORD']
    if (given === undefined) throw new Error('--email goes with --password, or SLIPWAY_PASSWORD')
    return { baseUrl, auth: { tenant, email, password: given } }
  }
  const given = token ?? (env['SLIPWAY_TOKEN'] || undefined) ?? (baseUrl === stack?.apiUrl ? stack.token : undefined)
  if (given === undefined) throw new Error(`who asks at ${baseUrl}? Name --token, or --tenant, --email and --password`)
  return { baseUrl, auth: { token: given } }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options })
  if (values.help) {
    console.log(help)
    return
  }
  const concurrency = Number(values.concurrency)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) throw new Error('--concurrency takes a number from 1 to 64')
  loadDotEnv()
  const bar = createBar()
  const registry = registryOf(createSlipway(destination(values, process.env)))
  const report = await seed({ registry, refusalOf, from: values.from === undefined ? undefined : here(values.from, 'seed'), allowPrivateAddresses: values.private, concurrency, onProgress: bar.show }).finally(bar.stop)
  console.log(values.json ? JSON.stringify(report, null, 2) : reportText(report))
  if (report.failed > 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\nnpm run seed -- --help says what can be said`)
  process.exitCode = 1
}
