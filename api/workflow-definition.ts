import { findAction } from '../contracts/actions.ts'
import { DomainError, type ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import { type WorkflowDefinition, workflowDefinition } from '../contracts/workflows.ts'
import { readObject } from '../domain/content.ts'
import { type ActionsOf, checkDefinition } from '../domain/definition.ts'
import { fit } from '../domain/fit.ts'
import { hostileAt } from '../domain/hostile.ts'
import { checkVariables } from '../domain/variables.ts'
import type { ApiContext } from './context.ts'
import { errorsOf } from './parse.ts'

const said = (errors: ProblemError[]): string => `${errors.slice(0, 3).map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ')}${errors.length > 3 ? '; …' : ''}`
const invalid = (errors: ProblemError[]): DomainError => new DomainError('400.workflow_invalid', `The definition is not valid: ${said(errors)}`, { errors: errors.slice(0, 100) })

const actionsOf: ActionsOf = (name) => {
  const action = findAction(name)
  return action && { retries: action.retries, problems: (given) => errorsOf(fit(action.input, given).error?.issues ?? []) }
}

function contentOf(given: string | JsonObject): JsonObject {
  const read = readObject(given)
  if ('content' in read) return read.content
  throw new DomainError('400.content_unreadable', `The definition ${read.problem}`, { errors: [{ pointer: '/definition', message: read.field }] })
}

/** The definition in its shape, checked. Throws 400.content_unreadable, and 400.workflow_invalid with each place that is wrong. */
export function readDefinition(given: string | JsonObject): WorkflowDefinition {
  const content = contentOf(given)
  const hostile = hostileAt(content)
  if (hostile) throw invalid([hostile])
  const parsed = fit(workflowDefinition, content)
  if (!parsed.success) throw invalid(errorsOf(parsed.error.issues))
  if (JSON.stringify(parsed.data).length > 1024 * 1024) throw invalid([{ pointer: '', message: 'is larger than 1 MiB' }])
  const problems = checkDefinition(parsed.data, actionsOf)
  if (problems.length > 0) throw invalid(problems)
  return parsed.data
}

/** Definitions and their schemas are somebody else's work: the API does not wait for them longer than a second. */
export const inTime = <T>({ limited }: Pick<ApiContext, 'limited'>, work: () => T): T => limited(work, () => new DomainError('400.workflow_invalid', 'The definition and the input take too long to check: make them simpler'), 1_000)

/** The input with the schema's defaults. Throws 422.inputs_invalid. */
export function readInput({ inputs }: WorkflowDefinition, input: JsonObject): JsonObject {
  const { values, problems } = checkVariables(inputs, input)
  const errors = problems.map(({ pointer, message }) => ({ pointer: `/input${pointer}`, message: message.replace('a variable of this template', 'an input of this workflow') }))
  if (errors.length > 0) throw new DomainError('422.inputs_invalid', `The input does not fit the workflow: ${said(errors)}`, { errors })
  return values
}
