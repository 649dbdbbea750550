import { problem } from '../../contracts/api.ts'
import { type Operation, errorsOf, pathsOf } from '../../contracts/operation.ts'
import { operations } from '../../contracts/operations.ts'
import type { TestStack } from '../support/stack.ts'

const rows = Object.values(operations) as Operation[]
const patternOf = (path: string) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)
// `/templates/import` is also `/templates/{id}`: the more literal path wins.
const table = rows.flatMap((row) => pathsOf(row).map((path) => ({ row, path, pattern: patternOf(path) }))).sort((a, b) => a.path.split('{').length - b.path.split('{').length)

/** Calls that also hold every answer against the documented schema of its operation and status. */
export const conforming = (stack: TestStack): TestStack['call'] => async (method, path, body, options) => {
  const answer = await stack.call<never>(method, path, body, options)
  const place = path.split('?')[0] ?? ''
  const row = table.find((one) => one.row.method === method.toLowerCase() && one.pattern.test(place))?.row
  if (!row) throw new Error(`${method} ${path} is not in the table`)
  if (answer.status >= 400) {
    const { code } = problem.parse(answer.body)
    if (!errorsOf(row).includes(code as never)) throw new Error(`${method} ${path} answered ${code}, which is not documented`)
    return answer
  }
  const documented = row.answers[answer.status]
  if (!documented) throw new Error(`${method} ${path} answered ${String(answer.status)}, which is not documented`)
  documented.schema?.parse(answer.body)
  return answer
}
