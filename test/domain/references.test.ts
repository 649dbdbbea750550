import { expect, test } from '@jest/globals'
import type { Rendering } from '../../contracts/artifact.ts'
import type { Change } from '../../contracts/plan.ts'
import { withNewReferences } from '../../domain/references.ts'

const hole = (pointer: string, ...resources: string[]) => ({ pointer, source: '', resources, secret: false })
const resource = (...holes: ReturnType<typeof hole>[]) => ({ provider: 'retell', type: 'agent', spec: {}, holes })
const resources: Rendering['resources'] = { brain: resource(), agent: resource(hole('/llm', 'brain'), hole('/key')), phone: resource(hole('/agent', 'agent'), hole('/also', 'agent', 'brain')) }
const change = (name: string, action: Change['action'], ...fields: string[]): Change => ({ provider: 'retell', type: 'agent', name, action, ...(fields.length === 0 ? {} : { fields: fields.map((field) => ({ field })) }) })

test('what refers to a resource that is made anew is updated there', () => {
  for (const action of ['create', 'replace'] as const) {
    expect(withNewReferences([change('brain', action), change('agent', 'unchanged'), change('phone', 'update', '/name', '/also')], resources))
      .toEqual([change('brain', action), change('agent', 'update', '/llm'), change('phone', 'update', '/name', '/also')])
  }
})

test('nothing changes for what stays, is made itself, or is not in the rendering', () => {
  const list = [change('brain', 'update', '/x'), change('agent', 'unchanged'), change('gone', 'delete'), change('stranger', 'unchanged')]
  expect(withNewReferences(list, resources)).toEqual(list)
  const anew = [change('brain', 'create'), change('agent', 'create'), change('stranger', 'unchanged'), change('phone', 'unknown')]
  expect(withNewReferences(anew, resources)).toEqual(anew)
})
