import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { stringify } from 'yaml'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { canonical } from '../../domain/canonical.ts'
import { checkArtifact } from '../../domain/check-artifact.ts'
import type { RulesOf } from '../../domain/check-artifact.ts'
import { parseContent, wrapExport } from '../../domain/content.ts'
import { hostileAt } from '../../domain/hostile.ts'
import { renderArtifact } from '../../domain/render.ts'
import { providers } from '../../providers/registry.ts'
import { json, n8nExport, text } from './json-values.ts'

const rulesOf: RulesOf = (provider, type) => (providers.has(provider) ? providers.get(provider).resources[type] ?? 'no such type' : 'no such provider')

const read = (content: string): TemplateArtifact => templateArtifact.parse({ ...wrapExport(parseContent(content) as JsonObject), name: 'an export' })

const rendered = (artifact: TemplateArtifact, variables: Record<string, Json> = {}) => renderArtifact({ artifact, variables, secrets: new Set(), kb: {} })

/** Equal as JSON: what JSON.stringify cannot tell apart is the same. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('a raw n8n export', () => {
  test('imports and renders without variables as it was, whatever delimiters its texts hold', () => {
    fc.assert(fc.property(n8nExport, (exported) => {
      fc.pre(hostileAt(exported) === undefined)
      const artifact = read(JSON.stringify(exported))
      expect(checkArtifact(artifact, rulesOf)).toEqual([])
      const { rendering, problems } = rendered(artifact)
      expect(problems).toEqual([])
      expect(rendering.resources['workflow']).toEqual({ provider: 'n8n', type: 'workflow', spec: asJson(exported), holes: [] })
    }), { numRuns: 300 })
  })

  test('gives the same artifact as JSON and as YAML text', () => {
    fc.assert(fc.property(n8nExport, (exported) => {
      // A document begins with '---': a byte order mark that begins a key is text, not the file's mark.
      expect(read(`---\n${stringify(exported, { lineWidth: 0 })}`)).toEqual(read(JSON.stringify(exported)))
    }), { numRuns: 150 })
  })

  test('with text in every delimiter of ours gets delimiters that it does not hold', () => {
    const exported: JsonObject = { nodes: [{ name: 'a', type: 't', parameters: { all: '${{ x }} ${% y %} $1{{ $1{% $2{{' } }], connections: {} }
    expect(wrapExport(exported)).toMatchObject({ kind: 'n8n', delimiters: { output: ['$3{{', '}}3'], tag: ['$3{%', '%}3'] } })
    expect(wrapExport({ nodes: [], connections: {} })).not.toHaveProperty('delimiters')
  })

  test.each([
    ['Invoices / 2024 #3 100%?', 'Invoices 2024 3 100'],
    ['  Zahnärztin 🦷  ', 'Zahnärztin 🦷'],
    ['x'.repeat(300), 'x'.repeat(200)],
    ['a\tb\nc\\d', 'a b c d'],
  ])('called %j is a template called %j', (name, expected) => {
    expect(wrapExport({ name, nodes: [], connections: {} })['name']).toBe(expected)
  })

  test.each([['///'], [''], [7], [null]])('called %j has no name of its own', (name) => {
    expect(wrapExport({ name: name as Json, nodes: [], connections: {} })).not.toHaveProperty('name')
  })

  test('has a name that any template may have, whatever it is called', () => {
    fc.assert(fc.property(text, (name) => {
      const wrapped = wrapExport({ name, nodes: [], connections: {} })
      if (wrapped['name'] !== undefined) expect(templateArtifact.shape.name.safeParse(wrapped['name']).success).toBe(true)
    }), { numRuns: 300 })
  })
})

describe('an artifact', () => {
  const withLeaf = (leaf: Json): TemplateArtifact =>
    templateArtifact.parse({ kind: 'n8n', name: 'x', variables: { type: 'object', properties: { v: {} } }, resources: { it: { provider: 'n8n', type: 'workflow', spec: { before: 'kept', leaf, after: ['kept'] } } } })

  test('keeps the type of a leaf that is one expression', () => {
    fc.assert(fc.property(json, (value) => {
      const { rendering, problems } = rendered(withLeaf('${{ variables.v }}'), { v: value })
      expect(problems).toEqual([])
      expect(rendering.resources['it']?.spec).toEqual({ before: 'kept', leaf: value, after: ['kept'] })
    }))
  })

  test('never lets a value out of the string it stands in', () => {
    fc.assert(fc.property(text, text, (value, around) => {
      const literal = around.replaceAll('$', '')
      const { rendering, problems } = rendered(withLeaf(`${literal}<\${{ variables.v }}>${literal}`), { v: value })
      expect(problems).toEqual([])
      expect(rendering.resources['it']?.spec).toEqual({ before: 'kept', leaf: `${literal}<${value}>${literal}`, after: ['kept'] })
    }))
  })

  test('does not render what a value brings in', () => {
    const { rendering } = rendered(withLeaf('${{ variables.v }}!'), { v: '${{ variables.other }} ${% for %}' })
    expect(rendering.resources['it']?.spec['leaf']).toBe('${{ variables.other }} ${% for %}!')
  })

  test('is left as it is by rendering: the same input renders again', () => {
    const artifact = withLeaf('${{ variables.v }}')
    const before = canonical(artifact as unknown as Json)
    rendered(artifact, { v: 'one' })
    expect(canonical(artifact as unknown as Json)).toBe(before)
    expect(rendered(artifact, { v: 'two' }).rendering.resources['it']?.spec['leaf']).toBe('two')
  })
})
