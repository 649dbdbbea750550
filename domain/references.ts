import type { Rendering } from '../contracts/artifact.ts'
import type { Change } from '../contracts/plan.ts'

/**
 * A resource that is made anew mostly gets a new id, which those that refer to it must be sent: no look at them alone can show
 * that. Their rows become updates, without values.
 */
export function withNewReferences(changes: readonly Change[], resources: Rendering['resources']): Change[] {
  const anew = new Set(changes.filter(({ action }) => action === 'create' || action === 'replace').map(({ name }) => name))
  return changes.map((change) => {
    if (change.action !== 'unchanged' && change.action !== 'update') return change
    const fields = change.fields ?? []
    const pointers = (resources[change.name]?.holes ?? []).filter((hole) => hole.resources.some((name) => anew.has(name))).map(({ pointer }) => pointer)
    const more = pointers.filter((pointer) => !fields.some(({ field }) => field === pointer)).map((field) => ({ field }))
    return more.length === 0 ? change : { ...change, action: 'update', fields: [...fields, ...more] }
  })
}
