import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../contracts/json.ts'
import { workflowDefinition } from '../../contracts/workflows.ts'
import { readDefinition } from '../../api/workflow-definition.ts'
import { foresee } from '../../domain/foresee.ts'

const step = (id: string, more: object = {}): JsonObject => ({ id, uses: 'sleep', with: { seconds: 1 }, ...more })
const inputs = { type: 'object', properties: { count: { type: 'integer' }, url: { type: 'string' } } }

/** The problems of a definition with these steps, as "pointer message". */
function problems(steps: JsonObject[], more: JsonObject = {}): string[] {
  try {
    readDefinition({ name: 'w', inputs, steps, ...more })
    return []
  } catch (error) {
    return (error as { errors: { pointer: string; message: string }[] }).errors.map(({ pointer, message }) => `${pointer} ${message}`)
  }
}

describe('a definition', () => {
  test('that is right has no problems', () => {
    expect(problems([step('a'), step('b', { needs: ['a'], if: '${{ steps.a.status == "success" }}', with: { seconds: '${{ inputs.count }}' } }), step('c', { forEach: [1, 2], with: { seconds: '${{ item }}' } }), step('d', { needs: ['b'], onFailure: ['undo'] }), step('undo', { if: '${{ steps.d.error.code }}' })])).toEqual([])
  })

  test('may be written in YAML, and is refused where it is neither', () => {
    expect(readDefinition('name: w\nsteps:\n  - id: a\n    uses: sleep\n    with: { seconds: 1 }\n').steps).toMatchObject([{ id: 'a', needs: [], onFailure: 'stop' }])
    for (const text of ['{ "name": ', '[1]', 'a: b: c']) expect(() => readDefinition(text)).toThrow(expect.objectContaining({ code: '400.content_unreadable' }) as unknown as Error)
  })

  test.each<[string, JsonObject[], string]>([
    ['an unknown action', [step('a', { uses: 'launch' })], '/steps/0/uses there is no action launch: GET /api/v1/workflows/actions lists them'],
    ["an object's own property as an action", [step('a', { uses: 'toString' })], '/steps/0/uses there is no action toString: GET /api/v1/workflows/actions lists them'],
    ['an unknown step in needs', [step('a', { needs: ['b'] })], '/steps/0/needs/0 there is no step b'],
    ['an unknown step in onFailure', [step('a', { onFailure: ['b'] })], '/steps/0/onFailure/0 there is no step b'],
    ['a step that needs one that only answers to failures', [step('a', { onFailure: ['b'] }), step('b'), step('c', { needs: ['b'] })], '/steps/2/needs/0 b runs only when another step fails'],
    ['two steps of one name', [step('a'), step('a')], '/steps/1/id another step is called a'],
    ['steps that need each other', [step('a', { needs: ['b'] }), step('b', { needs: ['a'] })], '/steps need each other: a → b → a'],
    ['an input that is not declared', [step('a', { with: { seconds: '${{ inputs.size }}' } })], '/steps/0/with/seconds reads the input size, which is not declared'],
    ['a step that is not needed', [step('a'), step('b', { with: { seconds: '${{ steps.a.output }}' } })], '/steps/1/with/seconds reads the step a, which it does not need: add it to needs'],
    ['a step that does not exist', [step('b', { if: '${{ steps.z.output }}' })], '/steps/0/if reads the step z, which does not exist'],
    ['a step that is not named', [step('b', { if: '${{ steps[inputs.url] }}' })], '/steps/0/if must name its step: steps.<id>.output'],
    ['a part of a step that is not', [step('a'), step('b', { needs: ['a'], if: '${{ steps.a.result }}' })], '/steps/1/if reads result of the step a: a step has output, status and error'],
    ['an item without forEach', [step('a', { with: { seconds: '${{ item }}' } })], '/steps/0/with/seconds reads item, which only a step with forEach has'],
    ['anything else', [step('a', { if: '${{ variables.x }}' })], '/steps/0/if reads variables: there are inputs, steps, run, and item and index of a forEach'],
    ['a condition that is no expression', [step('a', { if: 'yes' })], '/steps/0/if must be true, false or an expression: ${{ … }}'],
    ['a list that is no expression', [step('a', { forEach: 'all' })], '/steps/0/forEach must be a list or an expression: ${{ … }}'],
    ['an expression that cannot be parsed', [step('a', { if: '${{ inputs.count | nofilter }}' })], '/steps/0/if undefined filter: nofilter, line:1, col:1'],
    ['a retry of what waits by itself', [step('a', { retry: {} })], '/steps/0/retry sleep is not tried again: it waits out by itself what passes'],
    ['a with that does not fit', [step('a', { with: { seconds: 'long' } })], '/steps/0/with/seconds Invalid input: expected number, received string'],
    ['a with that has too much', [step('a', { with: { seconds: 1, minutes: 2 } })], '/steps/0/with/minutes is not known here'],
    ['credentials in a header', [step('a', { uses: 'http.request', with: { url: 'https://x.example', headers: { Authorization: 'Bearer x' } } })], '/steps/0/with/headers hold no credentials, host or length: name a connection for credentials'],
    ['credentials in an address', [step('a', { uses: 'http.request', with: { url: 'https://u:p@x.example' } })], '/steps/0/with/url may not hold a user name or password'],
    ['a key that is none', [step('a', { when: 1 })], '/steps/0/when is not known here'],
  ])('is refused for %s', (_what, steps, problem) => {
    expect(problems(steps)).toEqual([problem])
  })

  test('is refused for inputs that are no schema, or secret, and for a name that is an address', () => {
    expect(problems([step('a')], { inputs: { type: 'array' } })).toEqual(['/inputs the variables schema must have type: object'])
    expect(problems([step('a')], { inputs: { properties: { key: { type: 'string', writeOnly: true } } } })).toEqual(['/inputs/properties/key is a secret, which an input cannot be: name a connection in the step'])
    expect(problems([step('a')], { name: 'runs' })).toEqual(['/name is an address of its own: choose another name'])
    expect(problems([step('a')], { description: 'a\0b' })).toEqual(['/description holds a NUL character or half a surrogate pair'])
  })

  test('leaves what an expression becomes to the run, but checks what stands beside it', () => {
    expect(problems([step('a', { uses: 'http.request', with: { url: '${{ inputs.url }}', method: 'SEND' } })])).toEqual([expect.stringContaining('/steps/0/with/method')])
    expect(problems([step('a', { uses: 'templates.plan', with: { template: 't', clientId: '${{ inputs.url }}', targets: ['${{ inputs.url }}'], instanceId: '${{ inputs.url }}' } })])).toEqual([])
  })
})

test('a dry run tells what runs, and what it depends on', () => {
  const definition = workflowDefinition.parse({
    name: 'w', inputs,
    steps: [
      step('a', { with: { seconds: '${{ inputs.count }}' } }), step('b', { if: '${{ inputs.count > 3 }}' }), step('c', { needs: ['a'], if: '${{ steps.a.output.x }}', with: { seconds: '${{ steps.a.output.x }}' } }),
      step('d', { forEach: '${{ "1,2,3" | split: "," }}', onFailure: ['undo'], with: { seconds: '${{ item }}' } }), step('e', { needs: ['a'], forEach: '${{ steps.a.output.list }}' }), step('undo'),
    ],
  })
  expect(foresee(definition, { count: 2 })).toEqual([
    { id: 'a', uses: 'sleep', needs: [], runs: 'yes', with: { seconds: 2 } },
    { id: 'b', uses: 'sleep', needs: [], runs: 'no', with: { seconds: 1 } },
    { id: 'c', uses: 'sleep', needs: ['a'], runs: 'depends', with: { seconds: '${{ steps.a.output.x }}' } },
    { id: 'd', uses: 'sleep', needs: [], runs: 'yes', times: 3, with: { seconds: '${{ item }}' } },
    { id: 'e', uses: 'sleep', needs: ['a'], runs: 'yes', with: { seconds: 1 } },
    { id: 'undo', uses: 'sleep', needs: [], runs: 'on failure', with: { seconds: 1 } },
  ])
})
