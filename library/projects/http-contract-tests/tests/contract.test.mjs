import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { scenarios, untested } from '../scenarios.mjs'
import { brokenBodies } from '../src/broken-bodies.mjs'
import { createChecker } from '../src/check.mjs'
import { createSender } from '../src/client.mjs'
import { readContract, requestBody } from '../src/contract.mjs'
import { startProvider } from './provider.mjs'

const contract = readContract(new URL('../openapi.yaml', import.meta.url))
const check = createChecker(contract)
const token = process.env.API_TOKEN ?? 'test-token'
let send, stop

before(async () => {
  const provider = process.env.BASE_URL ? { url: process.env.BASE_URL, stop: async () => {} } : await startProvider(token)
  ;({ stop } = provider)
  send = createSender(contract, provider.url, token)
})
after(() => stop())

describe('each documented answer is given as documented', () => {
  for (const { given, status, ...request } of scenarios) {
    test(`${request.operation} answers ${status}`, async () => {
      const path = given ? await given(send) : request.path
      const answer = await send({ ...request, path })
      assert.equal(answer.status, status, JSON.stringify(answer.body))
      assert.deepEqual(check(contract.operations.get(request.operation), answer), [])
    })
  }
})

describe('no documented answer is forgotten', () => {
  for (const operation of contract.operations.values()) {
    for (const status of Object.keys(operation.responses)) {
      test(`${operation.id} ${status} has a scenario, or a reason why not`, () => {
        assert.ok([...scenarios, ...untested].some((one) => one.operation === operation.id && String(one.status) === status), `${operation.id} ${status} has no scenario: add one to scenarios.mjs`)
      })
    }
  }
})

describe('broken bodies are refused as documented', () => {
  for (const operation of contract.operations.values()) {
    const request = requestBody(contract, operation)
    if (!request?.example || operation.path.includes('{')) continue
    for (const { what, body } of brokenBodies(request.schema, request.example)) {
      test(`${operation.id} ${what}`, async () => {
        const answer = await send({ operation: operation.id, body })
        assert.ok(answer.status >= 400 && answer.status < 500, `answered ${answer.status}`)
        assert.deepEqual(check(operation, answer), [])
      })
    }
  }
})
