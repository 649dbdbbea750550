/** Prepares what temporal-dev.yml's servers need once they run: the Temporal namespace and the Supabase sandbox's database. */
import { prepareSupabase } from './stack/supabase.ts'
import { prepareGivenTemporal } from './stack/temporal-given.ts'

const env = process.env
const adminUrl = env['DATABASE_URL']
const password = env['SANDBOX_SUPABASE_PASSWORD']
if (!adminUrl || !password) throw new Error('DATABASE_URL and SANDBOX_SUPABASE_PASSWORD must be set')

const databaseUrl = (name: string) => {
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}
await prepareGivenTemporal(env, console.log)
await prepareSupabase({ url: databaseUrl('postgres'), port: Number(new URL(adminUrl).port || 5432), databaseUrl }, password)
console.log('Temporal and the Supabase sandbox are prepared')
