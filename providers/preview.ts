import type { Json } from '../contracts/json.ts'
import type { Change } from '../contracts/plan.ts'
import { isSetAside } from '../domain/intent.ts'
import type { Intent } from '../domain/intent.ts'
import { presentOf } from './elsewhere.ts'
import { accountBeside, changesOf, desiredOf, intentsOf, isElsewhere, isLeftElsewhere, keyOf, needsReplacing, typeOf } from './engine.ts'
import type { Engine, Made, Wanted } from './engine.ts'
import { ManualStep, ProviderError } from './provider.ts'
import type { FieldChange } from './provider.ts'

/** A change that is Json: without keys that hold undefined. */
type Row = { [Key in keyof Change]: Key extends 'fields' ? FieldChange[] : Exclude<Change[Key], undefined> }

/** So long is compared; what is left then is `unknown`, so that a slow provider keeps nobody from planning. */
const standardMs = 20_000

/** What `apply` and `remove` would do now. Changes nothing; rows of an unreachable provider are `unknown`. */
export async function preview(engine: Engine, wanted: readonly Wanted[], unwanted: readonly Intent[], made: ReadonlyMap<string, Made>, mostMs = standardMs): Promise<Change[]> {
  const provider = engine.provider.name
  const intents = await intentsOf(engine)
  const until = performance.now() + mostMs
  const rows: Row[] = []
  let away: string | undefined
  for (const want of wanted) {
    engine.checkpoint()
    const row = { provider, type: want.type, name: want.name }
    if (performance.now() > until) away ??= `${provider} takes longer to compare than ${String(mostMs / 1_000)} seconds; deploying compares the rest`
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
  for (const intent of unwanted) rows.push({ provider, type: intent.type, name: intent.name, action: 'delete', ...notesOf(intents.get(keyOf(intent)) ?? intent) })
  // The vendor's words may hold a secret as it was sent.
  return engine.redact(rows)
}

function notesOf(unwanted: Intent): { notes?: string[] } {
  if (unwanted.adopted) return { notes: ['It was there before us: it stays, and is only forgotten.'] }
  if (isSetAside(unwanted) && !isElsewhere(unwanted)) return { notes: ['It was set aside while another account was connected: if it is wanted again, it stays, and only this name of it is forgotten.'] }
  return isElsewhere(unwanted) ? { notes: ['It was made in another account than the one that is connected now: if it is not found here, it is left for a person, and with "destroy" forgotten.'] } : {}
}

const holdsSecret = ({ redact }: Engine, value: Json | undefined): boolean => value !== undefined && JSON.stringify(redact(value)) !== JSON.stringify(value)

const isWithin = (field: string, other: string): boolean => field === other || field.startsWith(`${other}/`)

/** Where a secret goes in, or either value holds one, neither is shown: the other is likely the secret before or after this. */
function withoutValues(engine: Engine, { secretAt = [] }: Wanted, change: FieldChange): FieldChange {
  const { field, from, to } = change
  const isSecret = secretAt.some((pointer) => isWithin(field, pointer) || isWithin(pointer, field))
  return isSecret || holdsSecret(engine, from) || holdsSecret(engine, to) ? { field } : change
}

async function previewOne(engine: Engine, want: Wanted, intents: ReadonlyMap<string, Intent>, made: ReadonlyMap<string, Made>): Promise<Omit<Row, 'provider' | 'type' | 'name'>> {
  const type = typeOf(engine.provider, want.type)
  const account = accountBeside(engine, intents)
  const desired = desiredOf(engine, want, made)
  const present = await presentOf({ ...engine, account }, intents, want, desired)
  const { intent, live, left } = present
  const notes = [...(type.normalize?.(want.outline).notes ?? []), ...((await type.remarks?.(account, desired, live)) ?? [])]
  if (isLeftElsewhere(left)) notes.push(left.externalId === null ? 'What may have been made in another account before stays there, and is left for a person.' : `What was made in another account before (${left.url ?? left.externalId}) stays there, and is left for a person.`)
  const noted = notes.length > 0 ? { notes } : {}
  if (!live) return { action: 'create', ...noted }
  const adopted = present.adopted ? { adopted: true } : {}
  const changes = changesOf(type, live, desired, intent?.sentHash !== null && intent?.sentHash !== undefined && intent.sentHash !== engine.fingerprint(desired.spec))
  if (changes.length === 0) return { action: 'unchanged', ...adopted, ...noted }
  return { action: needsReplacing(type, changes) ? 'replace' : 'update', fields: changes.map((one) => withoutValues(engine, want, one)), ...adopted, ...noted }
}
