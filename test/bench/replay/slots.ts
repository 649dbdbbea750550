import { mapTexts } from './recording.ts'
import type { Learned, Op } from './recording.ts'

/** A request to a vendor as it was seen, with its answer. */
export type Seen = Op & { answer?: string }

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g
const hash = /\b[0-9a-f]{64}\b/g
const mark = /sw-[0-9a-f]{12}/g

const textsOf = (op: Op): string[] => {
  const found: string[] = []
  mapTexts(op, (text) => { found.push(text); return text })
  return found
}

function* leaves(value: unknown, at: string): Generator<{ pointer: string; text: string }> {
  if (typeof value === 'string') yield { pointer: at, text: value }
  else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) yield* leaves(item, `${at}/${key}`)
}

const parsed = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

/**
 * Puts slots where another run has other values: what is `known` of the subject, what a vendor's answer gave to later steps, and
 * ids that the product made up. `fixed` ids belong to what all runs share.
 */
export function withSlots(groups: readonly (readonly Seen[])[], known: Readonly<Record<string, string>>, fixed: ReadonlySet<string>): Op[][] {
  const named = new Map(Object.entries(known).map(([name, value]) => [value, name]))
  const madeUp = (kind: string) => (found: string): string => {
    if (fixed.has(found)) return found
    const name = named.get(found) ?? `${kind}:${String(named.size)}`
    named.set(found, name)
    return `{{${name}}}`
  }
  return groups.map((ops) => {
    const learned = new Map<string, string>()
    const put = (text: string): string => {
      let out = text
      for (const [value, name] of [...learned, ...named]) out = out.replaceAll(value, `{{${name}}}`)
      return out.replace(uuid, madeUp('uuid')).replace(hash, madeUp('hash')).replace(mark, madeUp('mark'))
    }
    return ops.map((op, index) => {
      const done = mapTexts(op, put)
      if (op.kind !== 'http' || done.kind !== 'http') return done
      const later = ops.slice(index + 1).flatMap(textsOf)
      const learns: Learned[] = []
      for (const { pointer, text } of leaves(parsed(op.answer), '')) {
        const isNew = text.length >= 8 && !learned.has(text) && !named.has(text) && !fixed.has(text) && !textsOf(op).some((sent) => sent.includes(text))
        if (!isNew || !later.some((one) => one.includes(text))) continue
        const slot = `learned:${String(index)}-${String(learned.size)}`
        learned.set(text, slot)
        learns.push({ pointer, slot })
      }
      const { answer: _, ...rest } = done as Seen & { kind: 'http' }
      return { ...rest, learns }
    })
  })
}
