import type { Json, JsonObject } from '../contracts/json.ts'
import type { Expressions } from './expressions.ts'

/** What the expressions of a step read. */
export interface StepScope {
  inputs: JsonObject
  steps: Record<string, { status: string; output: Json; error: { code: string; message: string } | null }>
  run: { id: string }
  item?: Json
  index?: number
}

/** A copy with every text that is an expression rendered. Throws ExpressionError. */
export function renderValue(expressions: Expressions, value: Json, scope: object, renders: (text: string) => boolean = () => true): Json {
  if (typeof value === 'string') return expressions.isExpression(value) && renders(value) ? expressions.render(value, scope) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner) => renderValue(expressions, inner, scope, renders))
  return renderMembers(expressions, value, scope, renders)
}

/** The same of an object, which stays one. */
export const renderMembers = (expressions: Expressions, value: JsonObject, scope: object, renders?: (text: string) => boolean): JsonObject =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renderValue(expressions, inner, scope, renders)]))

/** Whether a rendered condition lets the step run. */
export const holds = (value: Json): boolean => value !== false && value !== null && value !== '' && value !== 'false'
