import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkedArtifact } from '../../activities/check-template.ts'
import { filesOf } from '../../activities/repository/template-changes.ts'
import { formAt, saidAt } from '../../activities/repository/said.ts'
import { refOf } from '../../activities/store-version.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { DomainError } from '../../contracts/errors.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { toDirectory } from '../../domain/template-directory.ts'
import { contentOf, toFiles } from '../../domain/template-files.ts'
import { fileOf, folderOf } from '../../domain/template-place.ts'
import { openGit } from '../../providers/git/run.ts'
import { contentsOf, entriesAt, initStore, makeCommit } from '../../providers/git/store.ts'
import type { Store } from '../../providers/git/store.ts'
import { providers } from '../../providers/registry.ts'
import { json, text } from '../domain/json-values.ts'

const ctx = { registry: providers }
let store: Store
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-tree-'))
  store = { dir, git: openGit({ dir }) }
  await initStore(store)
})
afterAll(() => { rmSync(store.dir, { recursive: true, force: true }) })

type Versioned = TemplateArtifact & { version: string }

/** As an import would store it; undefined where it would be refused. */
function stored(content: object): Versioned | undefined {
  try {
    return { ...checkedArtifact(ctx, { kind: 'project', name: 'a template' }, { content: JSON.parse(JSON.stringify(content)) as JsonObject }), version: '1.2.3' }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return undefined
  }
}

const place = { kind: 'project' as const, name: 'a template' }
const commit = (artifact: TemplateArtifact | undefined, parents: string[] = []) =>
  makeCommit(store, { author: 'ada', message: 'Change', at: new Date(0), parents, changes: filesOf({ path: fileOf(place), artifact }) })
const readBack = async (sha: string): Promise<Versioned> => {
  const said = await saidAt(ctx, store, sha, place, true)
  if (!('artifact' in said)) throw new Error(`is no template: ${'refusal' in said ? JSON.stringify(said.refusal.errors) : ''}`)
  return { ...said.artifact, version: '1.2.3' }
}

const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('src', 'a', 'b', 'README.md', 'template.yaml', '.gitignore', '.github', '.gitattributes', 'examples', 'Makefile', 'ä ö', '日本', '#x', '!y', '[z]', 'with space', "it's", '~', 'a~', '-rf', '%41', '{x}', '$y', '^z', '(q)', '+', '.gitmodules', 'x,y', ';', '&', 'x.\u200cy') },
  { weight: 2, arbitrary: fc.constantFrom('${{ variables.word }}', 'x-${{ variables.word | slugify }}.py', '${{ variables.word | replace: "/", "-" }}', '${% if variables.word %}x${% endif %}', '${{ variables.word | append: ".git" }}', '${{ "a//b" }}', '${{ "/../" }}', '${{ "/.git/" }}x', '${{ "\\\\" }}', '${{ variables.word | default: "*" }}') },
  { weight: 1, arbitrary: text.map((one) => one.slice(0, 20)).filter((one) => one !== '') },
)
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(Buffer.from([0]), Buffer.from([0xef, 0xbb, 0xbf, 0x61]), Buffer.from('a\r\nb\r\n'), Buffer.from([0xff, 0xfe])))
const file = fc.record({
  path,
  body: fc.oneof(text.map((content) => ({ content })), bytes.map((some) => ({ content: Buffer.from(some).toString('base64'), encoding: 'base64' as const })), fc.constantFrom({ content: 'data 5\nhello\ndone\n' }, { content: '' }, { content: 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n' }, { content: `* ${'x'.repeat(3_000)}\n` })),
  marks: fc.record({ literal: fc.boolean(), executable: fc.boolean(), templateOnly: fc.boolean() }, { requiredKeys: [] }),
}).map((one) => ({ path: one.path, ...one.body, ...one.marks }))

const content = fc.record({
  files: fc.uniqueArray(file, { minLength: 1, maxLength: 8, selector: (one) => one.path.toLowerCase() }),
  meta: fc.oneof(fc.constant({}), fc.record({ description: text, category: text, author: text, tags: fc.array(text, { maxLength: 3 }), license: text, more: json }, { requiredKeys: [] })),
  dependencies: fc.option(fc.array(fc.tuple(text.filter((one) => one !== '').map((one) => one.slice(0, 20)), text.map((one) => one.slice(0, 20))).map(([name, range]) => ({ [name]: range })), { maxLength: 2 }), { nil: undefined }),
  variables: fc.constantFrom<Json>({ type: 'object', properties: { word: { type: 'string', default: 'x' } } }, { type: 'object', properties: { word: { type: 'string', title: 'yes', description: 'a: b # c\n' }, other: { type: 'integer' } }, required: ['word'] }),
  untranslated: fc.option(fc.array(fc.record({ file: text, line: fc.integer({ min: 1, max: 9 }), what: text, stops: fc.boolean() }), { maxLength: 2 }), { nil: undefined }),
})

describe('a project template in git', () => {
  test('is the same when it is read again, whatever its files are called and hold', async () => {
    let directories = 0
    await fc.assert(fc.asyncProperty(content, async (given) => {
      const artifact = stored(given)
      fc.pre(artifact !== undefined)
      const sha = await commit(artifact)
      if ((await formAt(store, sha, place)) === 'directory') directories += 1
      expect(refOf(await readBack(sha))).toBe(refOf(artifact))
      // Keys in another order, as a database has them, are the same files.
      expect(filesOf({ path: fileOf(place), artifact: reordered(artifact as unknown as Json) as unknown as TemplateArtifact })).toEqual(filesOf({ path: fileOf(place), artifact }))
    }), { numRuns: 60 })
    expect(directories).toBeGreaterThan(5)
    expect(execFileSync('git', ['fsck', '--full', '--strict'], { cwd: store.dir, stdio: 'pipe' }).toString()).not.toMatch(/error|warning/)
  }, 120_000)

  test('has nothing of what it was before', async () => {
    const files = (...paths: string[]) => stored({ files: paths.map((one) => ({ path: one, content: one })) })
    const [before, after] = [files('a', 'b/c', 'b/d', 'template.yaml'), files('b', 'a/x', 'b2/${{ variables.projectName }}.md')]
    const first = await commit(before)
    const second = await commit(after, [first])
    expect((await entriesAt(store, second, folderOf(place))).map((one) => one.path)).toEqual(['project/a template/a/x', 'project/a template/b', 'project/a template/b2/${{ variables.projectName }}.md', 'project/a template/manifest.yaml', 'project/a template/slipway.yaml'])
    expect(refOf(await readBack(second))).toBe(refOf(after as Versioned))
    const gone = await commit(undefined, [second])
    expect(await entriesAt(store, gone, 'project')).toEqual([])
    expect(await saidAt(ctx, store, gone, place, true)).toEqual({ text: null })
  })

  test('is the directory of its export, but for the version', () => {
    const artifact = stored({ files: [{ path: 'src/a.py', content: 'x' }, { path: 'src/run', content: 'y', executable: true }, { path: 'NOTES.md', content: 'z', templateOnly: true }, { path: 'docs/a', content: '', templateOnly: true }, { path: 'docs/b', content: '' }], meta: { category: 'api', license: 'MIT' } }) as Versioned
    const exported = toDirectory(artifact)
    expect(exported[0]?.content).toBe('name: a template\nversion: 1.2.3\ncategory: api\nfiles:\n  - docs/b\n  - src/\n')
    expect(toFiles(artifact)).toEqual([{ path: 'manifest.yaml', content: exported[0]?.content.replace('version: 1.2.3\n', '') }, ...exported.slice(1)])
    expect(contentOf(artifact)).not.toHaveProperty('version')
  })

  test.each<[string, { path: string; content: string }]>([
    ['that git keeps for itself', { path: '${{ "/.git/" }}', content: '' }],
    ['that a Mac takes for git\'s own', { path: '.g\u200cit', content: '' }],
    ['that says where other repositories lie', { path: '.gitmodules', content: '' }],
    ['that leads elsewhere', { path: '${{ "/../" }}', content: '' }],
    ['without a name', { path: '${{ "a//b" }}', content: '' }],
    ['of more bytes than file systems take', { path: `\${{ variables.projectName | append: "${'x'.repeat(240)}" }}`, content: '' }],
    ['with a backslash in its name', { path: '${{ "\\\\" }}', content: '' }],
    ['that would be fetched from elsewhere', { path: 'big.bin', content: 'version https://git-lfs.github.com/spec/v1\n' }],
    ['with attributes that remotes refuse', { path: 'a/.gitattributes', content: `* ${'x'.repeat(3_000)}\n` }],
    ['in a folder that is called as git\'s attributes', { path: 'a/.gitattributes/b', content: '' }],
    ['that needs a folder where the manifest is', { path: 'manifest.yaml/x', content: '' }],
  ])('with a file %s stays one document, which says the same', async (_, given) => {
    const artifact = stored({ files: [given] }) as Versioned
    expect(artifact).toBeDefined()
    const sha = await commit(artifact)
    expect(await formAt(store, sha, place)).toBe('document')
    expect(refOf(await readBack(sha))).toBe(refOf(artifact))
  })

  test('of which an object is lost is no template that somebody broke', async () => {
    await expect(contentsOf(store, ['0'.repeat(40)])).rejects.toThrow(/missing blob/)
    expect(await contentsOf(store, [])).toEqual([])
  })
})

function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).reverse().map(([key, one]) => [key, reordered(one as Json)]))
}
