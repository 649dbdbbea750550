import type { Json } from '../contracts/json.ts'
import type { Change } from '../contracts/plan.ts'
import { accountBeside, changesOf, desiredOf, intentsOf, keyOf, needsReplacing, typeOf } from './engine.ts'
import type { Intent } from '../domain/intent.ts'
import type { Engine, Made, Wanted } from './engine.ts'
import { ManualStep, ProviderError } from './provider.ts'
import type { FieldChange } from './provider.ts'

/** A change that is Json: without keys that hold undefined. */
type Row = { [Key in keyof Change]: Key extends 'fields' ? FieldChange[] : Exclude<Change[Key], undefined> }

/** What `apply` and `remove` would do now. Changes nothing; rows of an unreachable provider are `unknown`. */
export async function preview(engine: Engine, wanted: readonly Wanted[], unwanted: readonly Intent[], made: ReadonlyMap<string, Made>): Promise<Change[]> {
  const provider = engine.provider.name
  const intents = await intentsOf(engine)
  const rows: Row[] = []
  let away: string | undefined
  for (const want of wanted) {
    engine.checkpoint()
    const row = { provider, type: want.type, name: want.name }
    if (away !== undefined) {
      rows.push({ ...row, action: 'unknown', reason: away })
      continue
    }
    try {
      rows.push({ ...row, ...(await previewOne(engine, want, intents, made)) })
    } catch (error) {
      if (error instanceof ManualStep) rows.push({ ...row, action: 'unknown', notes: [`By hand: ${error.message} (${error.url})`] })
      else if (error instanceof ProviderError) {
        rows.push({ ...row, action: 'unknown', reason: error.message })
        // Whoever does not answer once is not asked again for every row.
        if (error.details.status === undefined) away = error.message
      } else throw error
    }
  }
  for (const intent of unwanted) rows.push({ provider, type: intent.type, name: intent.name, action: 'delete', ...(intent.adopted ? { notes: ['It was there before us: it stays, and is only forgotten.'] } : {}) })
  // The vendor's words may hold a secret as it was sent.
  return engine.redact(rows)
}

/** Then neither value is shown: the present one is likely the secret before this. */
const holdsSecret = ({ redact }: Engine, value: Json | undefined): boolean => value !== undefined && JSON.stringify(redact(value)) !== JSON.stringify(value)

async function previewOne(engine: Engine, want: Wanted, intents: ReadonlyMap<string, Intent>, made: ReadonlyMap<string, Made>): Promise<Omit<Row, 'provider' | 'type' | 'name'>> {
  const type = typeOf(engine.provider, want.type)
  const account = accountBeside(engine, intents)
  const desired = desiredOf(engine, want, made)
  const intent = intents.get(keyOf(want))
  const live = (intent?.externalId ? await type.get(account, intent.externalId) : undefined) ?? (await type.find(account, desired))
  const notes = [...(type.normalize?.(want.outline).notes ?? []), ...((await type.remarks?.(account, desired, live)) ?? [])]
  const noted = notes.length > 0 ? { notes } : {}
  if (!live) return { action: 'create', ...noted }
  const adopted = intent?.adopted ?? !live.marked ? { adopted: true } : {}
  const changes = changesOf(type, live, desired, intent?.sentHash !== null && intent?.sentHash !== undefined && intent.sentHash !== engine.fingerprint(desired.spec))
  if (changes.length === 0) return { action: 'unchanged', ...adopted, ...noted }
  return { action: needsReplacing(type, changes) ? 'replace' : 'update', fields: changes.map((one) => (holdsSecret(engine, one.to) ? { field: one.field } : one)), ...adopted, ...noted }
}
