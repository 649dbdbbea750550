import type { ProblemError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { WorkflowDefinition, WorkflowStep } from '../contracts/workflows.ts'
import { before, handledBy } from './dag.ts'
import { createExpressions } from './expressions.ts'
import type { Expressions } from './expressions.ts'
import { step as at, valueAt } from './pointer.ts'
import { declaredVariables, schemaProblem, secretVariables } from './variables.ts'
import { cycleIn } from './waves.ts'

/** What is known of an action where a definition is checked. */
export interface ActionRules {
  retries: boolean
  /** What of a literal `with` does not fit, by pointer. */
  problems(given: JsonObject): ProblemError[]
}

export type ActionsOf = (name: string) => ActionRules | undefined

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Every text in a value, with its pointer. */
export function textsIn(value: Json, pointer = ''): { pointer: string; text: string }[] {
  if (typeof value === 'string') return [{ pointer, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, pointer + at(key)))
}

/** True when an expression stands at the pointer, above it or below it: what it becomes is checked when the step runs. */
function isOpen(expressions: Expressions, given: JsonObject, pointer: string): boolean {
  const parts = pointer.split('/')
  const above = parts.map((_, index) => valueAt(given, parts.slice(0, index + 1).join('/')))
  const inside = valueAt(given, pointer)
  return [...above, ...(inside === undefined ? [] : textsIn(inside).map(({ text }) => text))].some((value) => typeof value === 'string' && expressions.isExpression(value))
}

function readProblems(expressions: Expressions, text: string, known: { inputs: string[] | undefined; steps: ReadonlySet<string>; all: ReadonlySet<string>; item: boolean }): string[] {
  let paths: (string | undefined)[][]
  try {
    paths = expressions.paths(text)
  } catch (error) {
    return [message(error)]
  }
  return paths.flatMap(([root, name, field]) => {
    if (root === 'inputs') return name === undefined || !known.inputs || known.inputs.includes(name) ? [] : [`reads the input ${name}, which is not declared`]
    if (root === 'steps') {
      if (name === undefined) return ['must name its step: steps.<id>.output']
      if (!known.all.has(name)) return [`reads the step ${name}, which does not exist`]
      if (!known.steps.has(name)) return [`reads the step ${name}, which it does not need: add it to needs`]
      return field === undefined || ['output', 'status', 'error'].includes(field) ? [] : [`reads ${field} of the step ${name}: a step has output, status and error`]
    }
    if (root === 'run') return []
    if ((root === 'item' || root === 'index') && known.item) return []
    return [root === 'item' || root === 'index' ? `reads ${root}, which only a step with forEach has` : `reads ${String(root)}: there are inputs, steps, run, and item and index of a forEach`]
  })
}

/** Every problem of a definition, by pointer. */
export function checkDefinition(definition: WorkflowDefinition, actionsOf: ActionsOf): ProblemError[] {
  const { steps, inputs } = definition
  const schema = schemaProblem(inputs)
  if (schema !== undefined) return [{ pointer: '/inputs', message: schema }]
  const secret = [...secretVariables(inputs)].map((name) => ({ pointer: `/inputs/properties${at(name)}`, message: 'is a secret, which an input cannot be: name a connection in the step' }))
  const order = orderProblems(steps)
  if (order.length > 0) return [...secret, ...order]
  const expressions = createExpressions()
  const all = new Set(steps.map(({ id }) => id))
  const earlier = before(steps)
  const declared = declaredVariables(inputs)
  return [...secret, ...steps.flatMap((step, index) => {
    const here = `/steps/${String(index)}`
    const action = actionsOf(step.uses)
    const known = { inputs: declared, steps: earlier.get(step.id) ?? new Set<string>(), all }
    const reads = (value: Json | undefined, pointer: string, item: boolean) => (value === undefined ? [] : textsIn(value, pointer))
      .filter(({ text }) => expressions.isExpression(text)).flatMap((one) => readProblems(expressions, one.text, { ...known, item }).map((text) => ({ pointer: one.pointer, message: text })))
    return [
      ...(action ? action.problems(step.with).filter(({ pointer }) => !isOpen(expressions, step.with, pointer)).map((one) => ({ ...one, pointer: `${here}/with${one.pointer}` })) : [{ pointer: `${here}/uses`, message: `there is no action ${step.uses}: GET /api/v1/workflows/actions lists them` }]),
      ...(step.retry && action && !action.retries ? [{ pointer: `${here}/retry`, message: `${step.uses} is not tried again: it waits out by itself what passes` }] : []),
      ...(typeof step.if === 'string' && !expressions.isExpression(step.if) ? [{ pointer: `${here}/if`, message: 'must be true, false or an expression: ${{ … }}' }] : []),
      ...(typeof step.forEach === 'string' && !expressions.isExpression(step.forEach) ? [{ pointer: `${here}/forEach`, message: 'must be a list or an expression: ${{ … }}' }] : []),
      ...reads(step.with, `${here}/with`, step.forEach !== undefined),
      ...reads(step.if, `${here}/if`, false),
      ...reads(step.forEach, `${here}/forEach`, false),
    ]
  })]
}

function orderProblems(steps: readonly WorkflowStep[]): ProblemError[] {
  const seen = new Set<string>()
  const handlers = handledBy(steps)
  const ids = new Set(steps.map(({ id }) => id))
  const problems = steps.flatMap(({ id, needs, onFailure }, index) => {
    const here = `/steps/${String(index)}`
    const twice = seen.has(id) ? [{ pointer: `${here}/id`, message: `another step is called ${id}` }] : []
    seen.add(id)
    return [
      ...twice,
      ...needs.flatMap((need, n) => {
        const pointer = `${here}/needs/${String(n)}`
        if (!ids.has(need)) return [{ pointer, message: `there is no step ${need}` }]
        return handlers.has(need) && !handlers.has(id) ? [{ pointer, message: `${need} runs only when another step fails` }] : []
      }),
      ...(typeof onFailure === 'string' ? [] : onFailure.flatMap((handler, n) => (ids.has(handler) ? [] : [{ pointer: `${here}/onFailure/${String(n)}`, message: `there is no step ${handler}` }]))),
    ]
  })
  if (problems.length > 0) return problems
  const cycle = cycleIn(steps.map(({ id, needs }) => ({ name: id, provider: '', needs: [...needs, ...(handlers.get(id) ?? [])] })))
  return cycle ? [{ pointer: '/steps', message: `need each other: ${cycle.join(' → ')}` }] : []
}
