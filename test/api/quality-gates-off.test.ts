import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type TestStack, startStack } from '../support/stack.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false, env: { ENABLE_QUALITY_GATES: 'false', MIN_TEMPLATE_QUALITY_SCORE: '90' } }) })
afterAll(() => stack.close())

test('with the gates off everything is published, and still scored against the configured minimum', async () => {
  const files = [{ path: 'main.py', content: 'print(1)' }]
  const { body } = await stack.call<{ templateId: string; status: string }>('POST', '/templates/import', { kind: 'project', name: 'x', content: { kind: 'project', files } })
  expect(body).toMatchObject({ status: 'published', quality: { score: 30, passed: false } })
  expect((await stack.call('GET', '/api/v1/quality/policy')).body).toEqual({ minimum: 90, gated: ['project'], rules: [] })
  expect((await stack.call('POST', '/api/v1/quality/score', { templateId: body.templateId })).body).toMatchObject({ minimum: 90, passed: false })
})
