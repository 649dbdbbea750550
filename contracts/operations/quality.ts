import { examples, ids } from '../examples.ts'
import { operation } from '../operation.ts'
import { qualityPolicy } from '../quality-policy.ts'
import { qualityReport } from '../quality-report.ts'
import * as contract from '../quality.ts'
import * as queries from '../queries.ts'

const tag = 'Quality'
const subject = ['404.template_not_found', '404.version_not_found', '409.name_ambiguous', '422.quality_unknown'] as const

/** How good templates are, and what a tenant asks of them. */
export const qualityOperations = {
  validateQuality: operation({
    method: 'post', path: '/quality/validate', at: 'v1', access: ['quality:read'], tag, summary: 'Validate a template', description: 'Whether it could be imported, and whether it passes. What is wrong with it is part of the answer.',
    body: contract.qualityRequest, example: { templateId: ids.template }, answers: { 200: { description: 'What is wrong with it, if anything', schema: contract.validationAnswer, example: examples.validated } }, errors: subject,
  }),
  scoreQuality: operation({
    method: 'post', path: '/quality/score', at: 'v1', access: ['quality:read'], tag, summary: 'Score a template', description: 'By its id or name, or a whole artifact. A warning earns no points.',
    body: contract.qualityRequest, example: { templateId: ids.template }, answers: { 200: { description: 'The score with each check', schema: contract.qualityAnswer, example: examples.scored } }, errors: [...subject, '400.artifact_schema_invalid'],
  }),
  reportQuality: operation({
    method: 'get', path: '/quality/report', at: 'v1', access: ['quality:read'], tag, summary: 'How good all templates are', query: queries.qualityQuery,
    answers: { 200: { description: 'How many are how good, the worst, and how those that changed last have developed', schema: qualityReport, example: examples.qualityReport } }, errors: ['404.template_not_found'],
  }),
  getQualityPolicy: operation({
    method: 'get', path: '/quality/policy', at: 'v1', access: ['quality:read'], tag, summary: 'Read what the tenant asks of templates', etag: true,
    answers: { 200: { description: 'The policy', schema: qualityPolicy, example: examples.qualityPolicy } }, errors: [],
  }),
  putQualityPolicy: operation({
    method: 'put', path: '/quality/policy', at: 'v1', access: ['policy:write'], tag, summary: 'Say what the tenant asks of templates', description: 'It holds for what is imported, published or scored from then on.',
    body: qualityPolicy, example: examples.qualityPolicy, etag: true, answers: { 200: { description: 'The policy', schema: qualityPolicy, example: examples.qualityPolicy } }, errors: [],
  }),
}
