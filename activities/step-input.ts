import type { z } from 'zod'
import { type ActionInput, type ActionName, actions } from '../contracts/actions.ts'
import { DomainError, type ProblemError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import { createExpressions } from '../domain/expressions.ts'
import { fit } from '../domain/fit.ts'
import { hostileAt } from '../domain/hostile.ts'
import { toPointer } from '../domain/pointer.ts'
import { renderValue } from '../domain/step-values.ts'
import type { StepScope } from '../domain/step-values.ts'
import type { Part } from './step-scope.ts'
import { limited } from './time-limit.ts'

const tooSlow = (): DomainError => new DomainError('422.render_failed', 'The expressions of the step take too long to render')

export const render = (value: Json, scope: StepScope): Json => {
  const rendered = limited(() => renderValue(createExpressions(), value, scope), tooSlow)
  const hostile = hostileAt(rendered)
  if (hostile) throw new DomainError('422.render_failed', `${hostile.pointer} ${hostile.message}`)
  return rendered
}

/** The registry, where an action's name says what its input is. */
const shapes: { [N in ActionName]: { input: z.ZodType<ActionInput<N>> } } = actions

/** The action's input, rendered and in its shape. Throws 422.render_failed and 422.inputs_invalid. */
export function inputOf<N extends ActionName>(name: N, { step, scope }: Pick<Part, 'step' | 'scope'>): ActionInput<N> {
  const parsed = fit(shapes[name].input, render(step.with, scope))
  if (parsed.success) return parsed.data
  throw unfit(name, parsed.error.issues.map((issue) => ({ pointer: toPointer(['with', ...issue.path]), message: issue.message })))
}

const unfit = (uses: string, errors: ProblemError[]): DomainError =>
  new DomainError('422.inputs_invalid', `${uses} does not take this: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`, { errors })

export function listOf({ step, scope }: Pick<Part, 'step' | 'scope'>): Json[] {
  const list = render(step.forEach ?? [], scope)
  if (!Array.isArray(list)) throw new DomainError('422.inputs_invalid', 'forEach is no list', { errors: [{ pointer: '/forEach', message: 'is no list' }] })
  if (list.length > 5_000) throw new DomainError('422.inputs_invalid', `forEach has ${String(list.length)} items; 5,000 is the most`, { errors: [{ pointer: '/forEach', message: 'has more than 5,000 items' }] })
  return list
}
