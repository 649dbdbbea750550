import { expect, test } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { errorCodes } from '../../contracts/errors.ts'
import { openApiDocument } from '../../contracts/openapi.ts'
import { type Operation, errorsOf } from '../../contracts/operation.ts'
import { operations } from '../../contracts/operations.ts'
import { problem } from '../../contracts/api.ts'

interface Described {
  operationId: string
  security?: object[]
  responses: Record<string, { content?: Record<string, { schema?: object; example?: unknown; examples?: Record<string, { value: unknown }> }> }>
}
const document = openApiDocument('1.2.3') as { openapi: string; info: { version: string; description: string }; security: object[]; components: { securitySchemes: object }; paths: Record<string, Record<string, Described>> }
const described = Object.values(document.paths).flatMap((methods) => Object.values(methods))
const rows = Object.entries(operations) as [string, Operation][]

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(document))
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
  expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3'])
})

test('no schema is a bare true or false for the items of a list: generators of clients stumble over it', () => {
  expect(JSON.stringify(document)).toContain('"prefixItems":')
  expect(JSON.stringify(document)).not.toMatch(/"items":(true|false)/)
})

test('every operation needs a token or a key unless anyone may ask', () => {
  expect([document.security, Object.keys(document.components.securitySchemes)]).toEqual([[{ bearer: [] }, { key: [] }], ['bearer', 'key']])
  expect(described.filter(({ security }) => security?.length === 0).map(({ operationId }) => operationId).sort()).toEqual(['acceptInvitation', 'health', 'healthAtRoot', 'login', 'logout', 'metrics', 'ready', 'readyAtRoot', 'refreshToken'])
})

test('the six routes of a deployment stand at the root and below /api/v1', () => {
  const six = ['post /templates/import', 'post /templates/{id}/customize', 'post /templates/{id}/plan', 'post /templates/{id}/resources', 'post /templates/{id}/deploy', 'get /templates/{id}/links']
  for (const one of six) {
    const [method = '', path = ''] = one.split(' ')
    expect([one, document.paths[path]?.[method]?.operationId]).toEqual([one, `${document.paths[`/api/v1${path}`]?.[method]?.operationId ?? ''}AtRoot`])
  }
})

test.each(rows)('%s documents every answer and every error with an example', (id, row) => {
  const { responses } = described.find(({ operationId }) => operationId === id) as Described
  for (const [status, answer] of Object.entries(row.answers)) {
    const content = Object.values(responses[status]?.content ?? {})[0]
    if (answer.schema) expect(answer.schema.safeParse(answer.example)).toMatchObject({ success: true })
    expect([status, content?.example]).toEqual([status, answer.example])
  }
  const codes = Object.values(responses).flatMap(({ content }) => Object.entries(content?.['application/problem+json']?.examples ?? {}))
  expect(codes.map(([code]) => code).sort()).toEqual([...errorsOf(row)].sort())
  for (const [code, { value }] of codes) expect(problem.safeParse(value)).toMatchObject({ success: true, data: { code } })
})

test.each(rows.filter(([, row]) => row.body))('the example request of %s is valid', (_id, row) => {
  expect(row.body?.safeParse(row.example)).toMatchObject({ success: true })
})

test('operation ids are unique, and every code is explained', () => {
  expect(new Set(described.map(({ operationId }) => operationId)).size).toBe(described.length)
  for (const code of Object.keys(errorCodes)) expect(document.info.description).toContain(`\`${code}\``)
})
