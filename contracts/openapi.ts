import { z } from 'zod'
import { createDocument } from 'zod-openapi'
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi'
import { problem } from './api.ts'
import { type ErrorCode, errorCodes, statusOf } from './errors.ts'
import { ids } from './examples.ts'
import { type Answer, type Operation, errorsOf, keepsAnswer, pathsOf } from './operation.ts'
import { operations } from './operations.ts'

const correlationId = 'e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11'
const named: Partial<Record<ErrorCode, Record<string, string>>> = {
  '409.deployment_in_progress': { recordId: ids.record },
  '409.plan_exists': { planId: ids.plan },
  '409.pipeline_in_progress': { pipelineId: ids.pipeline },
}

/** A plug-in's own code has none here. */
const meanings: Readonly<Record<string, string>> = errorCodes

const exampleOf = (code: ErrorCode) => {
  const title = meanings[code]
  const places = /invalid$/.test(code) ? { errors: [{ pointer: code === '422.variables_invalid' ? '/variables/companyName' : '/name', message: 'is required' }] } : {}
  return { type: `urn:slipway:error:${code}`, title, status: statusOf(code), code, detail: title, ...places, correlationId, ...named[code] }
}

const tracked = z.object({ 'X-Correlation-Id': z.string().meta({ description: "The request's own, or a fresh one" }) })
const tagged = tracked.extend({ ETag: z.string().meta({ description: 'Changes when the body does; send it back in If-Match' }) })

const tar = { 'application/x-tar': { schema: { type: 'string' as const, format: 'binary' } } }

function answerOf({ description, schema, example, contentType = 'application/json', archive = false }: Answer, etag: boolean) {
  const text = schema ? { 'application/json': { schema, example } } : example === undefined ? {} : { [contentType]: { schema: { type: 'string' as const }, example } }
  const all = { ...text, ...(archive ? tar : {}) }
  const content = Object.keys(all).length > 0 ? { content: all } : {}
  return { description, headers: etag ? tagged : tracked, ...content }
}

function responsesOf(row: Operation): ZodOpenApiResponsesObject {
  const answers = Object.entries(row.answers).map(([status, answer]): [string, ZodOpenApiResponseObject] => [status, answerOf(answer, row.etag === true && answer.schema !== undefined && status !== '202')])
  const errors = Object.entries(Object.groupBy(errorsOf(row), (code) => String(statusOf(code)))).map(([status, codes = []]): [string, ZodOpenApiResponseObject] => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${meanings[code]}`).join('\n\n'),
      headers: tracked,
      content: { 'application/problem+json': { schema: problem, examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])) } },
    },
  ])
  return Object.fromEntries([...answers, ...errors])
}

const headersOf = (row: Operation) =>
  z.object({
    'X-Correlation-Id': z.string().max(128).optional().meta({ description: 'Follows the request through runs, logs, traces and the audit trail' }),
    ...(keepsAnswer(row) ? { 'Idempotency-Key': z.string().max(255).optional().meta({ description: 'The same answer again for 24 hours' }) } : {}),
    ...(row.etag && row.method !== 'get' ? { 'If-Match': z.string().optional().meta({ description: 'An ETag: 412 when it has changed since' }) } : {}),
    ...(row.stream ? { 'Last-Event-ID': z.string().optional().meta({ description: 'The last event seen: the stream goes on after it' }) } : {}),
  })

function describe(id: string, row: Operation): ZodOpenApiOperationObject {
  const rights = row.access === 'anyone' ? 'Needs no token.' : row.access === 'signed-in' ? 'Needs a token or a key.' : `Needs \`${row.access.join('`, `')}\`.`
  return {
    operationId: id,
    tags: [row.tag],
    summary: row.summary,
    description: [row.description, rights].filter(Boolean).join('\n\n'),
    requestParams: { header: headersOf(row), ...(row.params ? { path: row.params } : {}), ...(row.query ? { query: row.query } : {}) },
    ...(row.body ? { requestBody: { required: !row.body.safeParse({}).success, content: { 'application/json': { schema: row.body, ...(row.example === undefined ? {} : { example: row.example }) }, ...(row.archives ? { ...tar, 'application/gzip': tar['application/x-tar'] } : {}) } } } : {}),
    responses: responsesOf(row),
    ...(row.access === 'anyone' ? { security: [] } : {}),
  }
}

const codeTable = ['| code | meaning |', '| --- | --- |', ...Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)].join('\n')

/** Nothing after a tuple's items, said so that generators of clients understand it, too: some take no `false` for a schema. */
function boundTuple({ jsonSchema }: { jsonSchema: { prefixItems?: unknown[]; items?: unknown; minItems?: number; maxItems?: number } }): void {
  if (jsonSchema.prefixItems === undefined || jsonSchema.items !== false) return
  delete jsonSchema.items
  jsonSchema.minItems = jsonSchema.maxItems = jsonSchema.prefixItems.length
}

/** The whole API as OpenAPI 3.1, made from the table of operations. */
export function openApiDocument(version: string): object {
  const paths: ZodOpenApiPathsObject = {}
  for (const [id, row] of Object.entries<Operation>(operations)) {
    // The address below /api/v1 is the canonical one; the other at the root is the same operation.
    for (const [index, path] of pathsOf(row).reverse().entries()) {
      paths[path] = { ...paths[path], [row.method]: describe(index === 0 ? id : `${id}AtRoot`, row) }
    }
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Slipway', version, description: `From a template to running deployments.\n\nErrors are RFC 9457 problem documents. Records and dead letters carry the same codes.\n\n<details><summary>Every error code</summary>\n\n${codeTable}\n\n</details>` },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { key: [] }],
    tags: [...new Set(Object.values(operations).map((row) => row.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token, or an API key (`sk_…`). Access tokens: HS256 by the shared secret, or RS256 and ES256 by the issuer\'s key set; claims: sub, tenant, roles' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key (`sk_…`)' },
      },
    },
  }, { override: boundTuple })
}
