import type { Json, JsonObject } from '../contracts/json.ts'
import type { WorkflowDefinition, WorkflowStep } from '../contracts/workflows.ts'
import { handledBy } from './dag.ts'
import { textsIn } from './definition.ts'
import { createExpressions } from './expressions.ts'
import { holds, renderMembers, renderValue } from './step-values.ts'

export interface Foreseen {
  id: string
  uses: string
  needs: string[]
  runs: 'yes' | 'no' | 'depends' | 'on failure'
  times?: number
  with: JsonObject
}

/** What would run, as far as the input alone tells. Throws ExpressionError. */
export function foresee({ steps }: WorkflowDefinition, inputs: JsonObject): Foreseen[] {
  const expressions = createExpressions()
  const scope = { inputs }
  const isKnown = (text: string): boolean => expressions.paths(text).every(([root]) => root === 'inputs')
  const whole = (value: Json): Json | undefined => (textsIn(value).every(({ text }) => !expressions.isExpression(text) || isKnown(text)) ? renderValue(expressions, value, scope) : undefined)
  const handlers = handledBy(steps)
  const runs = ({ id, if: condition = true }: WorkflowStep): Foreseen['runs'] => {
    const value = whole(condition)
    if (value !== undefined && !holds(value)) return 'no'
    if (handlers.has(id)) return 'on failure'
    return value === undefined ? 'depends' : 'yes'
  }
  return steps.map((step) => {
    const list = step.forEach === undefined ? undefined : whole(step.forEach)
    return {
      id: step.id, uses: step.uses, needs: step.needs, runs: runs(step),
      ...(Array.isArray(list) ? { times: list.length } : {}),
      with: renderMembers(expressions, step.with, scope, isKnown),
    }
  })
}
