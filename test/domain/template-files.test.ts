import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { kinds, templateName } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { contentOf, fromDocument, toFiles } from '../../domain/template-files.ts'
import { fileOf, folderOf, placeOf } from '../../domain/template-place.ts'
import { json, nested, text } from './json-values.ts'

const name = fc.oneof(text, fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), fc.constantFrom('.', '..', '.git', 'con', 'LPT1.txt', 'a.', '~', 'x~', '日'.repeat(200))).filter((one) => templateName.safeParse(one).success && one.isWellFormed() && !one.includes('\0'))
const place = fc.record({ kind: fc.constantFrom(...kinds), name })

test('what a template does not say has no key in its content, and neither has the version', () => {
  expect(Object.keys(contentOf({ name: 'a', version: '1.0.0', delimiters: undefined, resources: {} }))).toEqual(['name', 'resources'])
})

describe('a template\'s place', () => {
  test('is found again from its path, and is no other template\'s', () => {
    fc.assert(fc.property(place, place, (one, other) => {
      expect(placeOf(fileOf(one), kinds)).toEqual(one)
      if (one.kind !== other.kind || one.name !== other.name) expect(fileOf(one)).not.toBe(fileOf(other))
    }))
  })

  test('is made of parts that every file system takes', () => {
    fc.assert(fc.property(place, (one) => {
      for (const part of folderOf(one).split('/')) {
        expect(part).toMatch(/^[^<>:"|?*\\\p{Cc}]+$/u)
        expect(part).not.toMatch(/^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
        expect(new TextEncoder().encode(part).length).toBeLessThanOrEqual(212)
      }
    }))
  })

  test.each([
    ['dental-receptionist', 'retell/dental-receptionist'],
    ['Zahnärztin & Söhne', 'retell/Zahnärztin & Söhne'],
    ['a: b', 'retell/a%3A b'],
    ['..', 'retell/%2E%2E'],
    ['.git', 'retell/%2Egit'],
    ['NUL', 'retell/%4EUL'],
    ['a.', 'retell/a%2E'],
    ['x'.repeat(200), `retell/${'x'.repeat(200)}`],
    ['ä'.repeat(150), `retell/${'ä'.repeat(100)}~/${'ä'.repeat(50)}`],
  ])('of %j reads %j', (given, folder) => {
    expect(folderOf({ kind: 'retell', name: given })).toBe(folder)
  })

  test.each([['README.md', undefined], ['retell/README.md', undefined], ['retell/template.yaml', undefined], ['other/desk/template.yaml', undefined], ['retell/desk/notes.md', undefined], ['retell/a:b/template.yaml', 'misplaced'], ['retell/100%/template.yaml', 'misplaced'], ['retell/a/b/template.yaml', 'misplaced'], ['retell/%61/template.yaml', 'misplaced']])('%s is %s', (path, expected) => {
    expect(placeOf(path, kinds)).toBe(expected)
  })
})

describe('a template\'s files', () => {
  const textOf = (files: readonly { content: string }[]): string => files.map(({ content }) => content).join('')
  const artifact = (spec: unknown): TemplateArtifact => ({ kind: 'n8n', name: 'x', version: '1.0.0', meta: {}, variables: {}, resources: { a: { provider: 'n8n', type: 'workflow', spec: spec as never } }, initialization: { prompts: [], documents: [] } })

  test('say what the template says, but for its version', () => {
    fc.assert(fc.property(json, (value) => {
      const one = artifact({ value })
      expect(fromDocument(textOf(toFiles(one)))).toEqual(JSON.parse(JSON.stringify(contentOf(one))))
    }))
  })

  test('are the same for the same template, however its keys are ordered', () => {
    const [{ content = '' } = {}] = toFiles(artifact({ b: 1, a: { d: 1, c: 'one\ntwo\n' } }))
    expect(toFiles({ ...artifact({ a: { c: 'one\ntwo\n', d: 1 }, b: 1 }), version: '2.0.0' })).toEqual([{ path: 'template.yaml', content }])
    expect(content).toBe('kind: n8n\nname: x\nmeta: {}\nvariables: {}\nresources:\n  a:\n    provider: n8n\n    spec:\n      a:\n        c: |\n          one\n          two\n        d: 1\n      b: 1\n    type: workflow\ninitialization:\n  documents: []\n  prompts: []\n')
  })

  test('are JSON where YAML would take too long', () => {
    const [{ content = '' } = {}] = toFiles(artifact({ text: 'x'.repeat(64 * 1024) }))
    expect(content.startsWith('{\n  "kind": "n8n"')).toBe(true)
    expect(fromDocument(content)).toMatchObject({ kind: 'n8n' })
  })

  test('are one line where indentation would be most of them', () => {
    const numbers = Array.from({ length: 64 * 1024 }, () => 1)
    const [{ content = '' } = {}] = toFiles(artifact(nested(60, numbers)))
    expect(content.split('\n')).toHaveLength(2)
    expect(fromDocument(content)).toMatchObject({ kind: 'n8n' })
  })
})
