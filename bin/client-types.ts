import openapiTypescript, { astToString } from 'openapi-typescript'
import { openApiDocument } from '../contracts/openapi.ts'
import { type Operation, keepsAnswer, pathsOf } from '../contracts/operation.ts'
import { operations } from '../contracts/operations.ts'

const header = '// Generated from the contracts: npm run generate\n'
const rows: Operation[] = Object.values(operations)

/** The address of an operation that a client uses: the last, below /api/v1 where there is one. */
const addressOf = (row: Operation): string => pathsOf(row).at(-1) ?? row.path

interface Described {
  responses: Record<string, object>
}

/** Every error is a Problem, which is thrown. */
const withoutErrors = (methods: Record<string, Described>) =>
  Object.fromEntries(Object.entries(methods).map(([method, row]) => [method, { ...row, responses: Object.fromEntries(Object.entries(row.responses).filter(([status]) => Number(status) < 400)) }]))

/** The OpenAPI document as TypeScript, with each operation once. */
export async function apiTypes(): Promise<string> {
  const document = openApiDocument('0') as { paths: Record<string, Record<string, Described>> }
  const addresses = new Set(rows.map(addressOf))
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => addresses.has(path)).map(([path, methods]) => [path, withoutErrors(methods)]))
  // What has a default may be left out.
  const nodes = await openapiTypescript(JSON.stringify({ ...document, paths }), { defaultNonNullable: false, silent: true })
  return `${header}${astToString(nodes)}`
}

/** The addresses whose posts must not be sent twice: no answer is kept for an Idempotency-Key there. */
export function unkeptPaths(): string {
  const unkept = rows.filter((row) => row.method === 'post' && !keepsAnswer(row)).map(addressOf).sort()
  return `${header}/** Posts to these answer with secrets, or are asked with them: no answer is kept, so they must not be sent twice. */\nexport const keepsNoAnswer: ReadonlySet<string> = new Set(${JSON.stringify(unkept, null, 2).replaceAll('"', "'")})\n`
}
