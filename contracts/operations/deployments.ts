import * as api from '../api.ts'
import { examples, ids } from '../examples.ts'
import { operation } from '../operation.ts'
import * as queries from '../queries.ts'

const tag = 'Deployments'
const ordered = { 202: { description: 'The run took the order', schema: api.recordAnswer, example: examples.recordId } }
const refusals = ['404.deployment_not_found', '409.not_parked'] as const

/** Following deployments, and deciding about what is parked. */
export const deploymentOperations = {
  listDeployments: operation({
    method: 'get', path: '/deployments', at: 'v1', access: ['deployment:read'], tag, summary: 'List deployments', query: queries.deploymentsQuery,
    answers: { 200: { description: 'A page of records', schema: api.lists.deployments, example: examples.records } }, errors: [],
  }),
  getDeployment: operation({
    method: 'get', path: '/deployments/{id}', at: 'v1', access: ['deployment:read'], tag, summary: 'Read a deployment', params: queries.byId,
    answers: { 200: { description: 'The record with each provider\'s step', schema: api.deploymentRecord, example: examples.record } }, errors: ['404.deployment_not_found'],
  }),
  getDeploymentLogs: operation({
    method: 'get', path: '/deployments/{id}/logs', at: 'v1', access: ['deployment:read'], tag, summary: 'What happened, step by step', description: 'Oldest first unless `sort=desc`.', params: queries.byId, query: queries.logsQuery,
    answers: { 200: { description: 'A page of events', schema: api.lists.logs, example: examples.logs } }, errors: ['404.deployment_not_found'],
  }),
  streamDeploymentEvents: operation({
    method: 'get', path: '/deployments/{id}/events', at: 'v1', access: ['deployment:read'], tag, summary: 'Follow a deployment live', stream: true, params: queries.byId,
    description: 'Server-sent events: every event of the record from its first, or after `Last-Event-ID`; then `end`, when the record is final. It stays open while a step is parked.',
    answers: { 200: { description: 'The stream', contentType: 'text/event-stream', example: examples.events } }, errors: ['404.deployment_not_found'],
  }),
  retryDeployment: operation({
    method: 'post', path: '/deployments/{id}/retry', at: 'v1', access: ['deploy:retry'], tag, summary: 'Try parked steps again', description: 'Without a provider, all of them. Not after the plan was replaced: then deploy it anew.',
    params: queries.byId, body: api.retryRequest, example: { provider: 'ghl' }, answers: ordered, errors: [...refusals, '409.deployment_in_progress', '409.plan_stale', '422.variables_invalid', '422.render_failed'],
  }),
  skipDeployment: operation({
    method: 'post', path: '/deployments/{id}/skip', at: 'v1', access: ['deploy:skip'], tag, summary: 'Give a parked step up', params: queries.byId, body: api.skipRequest,
    example: { provider: 'ghl', reason: 'The client cancelled the CRM' }, answers: ordered, errors: refusals,
  }),
  resolveDeployment: operation({
    method: 'post', path: '/deployments/{id}/resolve', at: 'v1', access: ['deploy:resolve'], tag, summary: 'Declare a parked step done by hand', description: 'Of an undeployment, `links` names only what is still there.', params: queries.byId, body: api.resolveRequest,
    example: { provider: 'ghl', links: [{ name: 'leadSource', external_id: 'cf_81', url: 'https://app.gohighlevel.com/' }], reason: 'Made in the vendor\'s console' }, answers: ordered, errors: refusals,
  }),
  cancelDeployment: operation({
    method: 'post', path: '/deployments/{id}/cancel', at: 'v1', access: ['deploy:cancel'], tag, summary: 'Cancel a deployment', params: queries.byId, body: api.cancelRequest,
    example: { reason: 'Wrong client' }, answers: ordered, errors: refusals,
  }),
  listDeadLetters: operation({
    method: 'get', path: '/dead-letters', at: 'v1', access: ['deployment:read'], tag: 'Dead letters', summary: 'What is parked', description: '`groups` counts them by provider and error fingerprint.', query: queries.deadLettersQuery,
    answers: { 200: { description: 'A page of dead letters, and all groups', schema: api.deadLetters, example: examples.deadLetters } }, errors: [],
  }),
  retryDeadLetters: operation({
    method: 'post', path: '/dead-letters/retry', at: 'v1', access: ['deploy:retry'], tag: 'Dead letters', summary: 'Try all that match again', description: 'At most 1,000 in one call.', body: api.deadLetterRetryRequest,
    example: { filter: { provider: 'ghl' } }, answers: { 200: { description: 'Which runs took the order', schema: api.deadLetterRetryAnswer, example: { ...examples.retried, refused: [{ id: ids.audit, code: '409.not_parked', message: 'Decided meanwhile' }] } } }, errors: [],
  }),
}
