import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { RenderedFile } from '../../domain/render-project.ts'
import { testWith } from '../support/platform.ts'
import { typeErrors, unparsed } from './checks/code.ts'
import { unknownKinds, unreadableData } from './checks/data.ts'
import { bash, go, goProblems, isShell, needsDatabase, packageProblems, python, pythonProblems, shellProblems } from './checks/programs.ts'
import { deadLinks, emptyHeadings, leftovers } from './checks/prose.ts'
import { sqlProblems, withDatabase } from './checks/sql.ts'
import { unkeptConventions } from './conventions.ts'
import { createWorkshop, examplesOf, instantiate, variationsOf } from './instantiate.ts'
import { readTemplate } from './templates.ts'

const workshop = createWorkshop()
afterAll(() => { workshop.remove() })

const files = (contents: Record<string, string>): RenderedFile[] => Object.entries(contents).map(([path, content]) => ({ path, content }))
const written = (contents: Record<string, string>): [RenderedFile[], string] => [files(contents), workshop.write(files(contents))]

describe('what is wrong with a project of the library is found', () => {
  test.each([
    ['a.json', '{"a": 1}', '{"a": 1,}'],
    ['tsconfig.json', '{ /* strict */ "compilerOptions": {}, }', '{ "compilerOptions": '],
    ['a.jsonl', '{"a": 1}\n{"b": 2}\n', '{"a": 1}\n{b}\n'],
    ['a.yaml', 'a: 1\n---\nb: [1, 2]\n', 'a: 1\na: 2\n'],
    ['b.yml', 'on: { push: {} }\n', 'a: [1\nb: 2\n'],
    ['a.toml', '[a]\nb = 1\n', '[a]\nb = \n'],
    ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><path d=""/></svg>', '<svg xmlns="http://www.w3.org/2000/svg"><path></svg>'],
    ['a.xml', '<a><b/></a>', '<a>&nope;</a>'],
    ['a.html', '<!doctype html>\n<title>a</title><p>b<main id="m" hidden>c</main>', '<!doctype html>\n<title>a</title><main><p>b'],
    ['b.html', '<p>a</p>', '<p class="a" class="b">a</p>'],
    ['a.css', 'a { color: red }', 'a { color: red'],
    ['a.csv', 'a,b\n"1,5",2\n', 'a,b\n1,2,3\n'],
    ['b.csv', 'a,b\n1,2\n', 'a,b\n"1,2\n'],
  ])('%s that its format does not allow', (path, right, wrong) => {
    expect(unreadableData(files({ [path]: right }))).toEqual([])
    expect(unreadableData(files({ [path]: wrong }))).toEqual([expect.stringContaining(`${path}: `)])
  })

  test('bytes are not read as text', () => {
    expect(unreadableData([{ path: 'a.json', content: 'AAAA', encoding: 'base64' }])).toEqual([])
  })

  test('kinds of files that no check reads', () => {
    expect(unknownKinds(files({ 'a.md': '', 'b/migrations/a.sql': '', '.gitignore': '', 'hooks/pre-commit': '#!/bin/sh\n', 'a.webmanifest': '{}' }))).toEqual([])
    expect(unknownKinds(files({ 'main.tf': '', 'queries/a.sql': '', 'hooks/pre-push': 'ls\n' })).map((one) => one.split(':')[0])).toEqual(['main.tf', 'queries/a.sql', 'hooks/pre-push'])
  })

  test('dead links, also to headings; not those in code or to other places', () => {
    const good = '# A `b`\n[a](b.md#c-d) [up](../README.md) [here](#a-b) [there](https://example.com) [folder](../docs/) ![x][i]\n\n[i]: b.md\n```sh\n[x](none)\n```\n`[x](none)`\n'
    const others = { 'docs/b.md': '## C d\nx\n', 'README.md': 'x' }
    expect(deadLinks(files({ 'docs/a.md': good, ...others }))).toEqual([])
    const bad = '[a](b.md#e) [up](README.md) [here](#none)\n<img src="none.png" alt="">\n\n[i]: none.md\n'
    expect(deadLinks(files({ 'docs/a.md': bad, ...others }))).toHaveLength(5)
  })

  test('headings with nothing below them', () => {
    expect(emptyHeadings(files({ 'a.md': '# A\n## B\ntext\n## C\n```sh\n# no heading\n```\n' }))).toEqual([])
    expect(emptyHeadings(files({ 'a.md': '# A\n## B\n\n## C\ntext\n# D\n' }))).toEqual(['a.md: nothing stands below "## B"', 'a.md: nothing stands below "# D"'])
  })

  test('expressions that were not rendered, and texts for later', () => {
    expect(leftovers(files({ 'ci.yaml': 'a: ${{ secrets.TOKEN }}\n', 'a.sh': '[[ -f a ]] && rm a\n' }), { output: ['[[', ']]'], tag: ['[%', '%]'] })).toEqual([])
    const found = leftovers(files({ 'a.md': '${{ variables.a | upcase }}', 'b.md': '${% if x %}', 'c.md': '[[ variables.a ]]', 'd.md': '[%- endfor %]', 'e.ts': '// TODO write it', 'f.md': 'Lorem ipsum dolor' }), { output: ['[[', ']]'], tag: ['[%', '%]'] })
    expect(found.map((one) => one.slice(0, 4))).toEqual(['a.md', 'b.md', 'c.md', 'd.md', 'e.ts', 'f.md'])
  })

  test('JavaScript and TypeScript that cannot be parsed', () => {
    expect(unparsed(files({ 'a.mjs': 'export const a = await 1', 'b.cjs': '#!/usr/bin/env node\nreturn require("x")', 'c.js': 'let a = 1', 'd.ts': 'export const a: number = 1', 'e.tsx': 'export const A = () => <p>a</p>' }))).toEqual([])
    expect(unparsed(files({ 'a.mjs': 'export const a = ', 'b.cjs': 'let a; let a', 'c.js': 'let a = {', 'd.ts': 'const a: = 1', 'e.tsx': 'const A = <p>' })).map((one) => one[0])).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'e']))
  })

  test('TypeScript that does not hold, by the project\'s own tsconfig.json', () => {
    const ofTypes = (contents: Record<string, string>) => typeErrors(...written(contents))
    expect(ofTypes({ 'a.ts': "import { b } from './b.ts'\nimport test from 'node:test'\nexport const a: number = b\ntest('a', () => {})\n", 'b.ts': 'export const b = 1\n' })).toEqual([])
    expect(ofTypes({ 'a.ts': 'export const a: number = "x"\n' })).toEqual([expect.stringMatching(/^a\.ts:1: Type 'string'/)])
    expect(ofTypes({ 'a.ts': 'export const a = [1][0] + 1\n', 'tsconfig.json': '{"compilerOptions": {"strict": true, "noUncheckedIndexedAccess": true}}' })).toEqual([expect.stringContaining('a.ts:1: ')])
    expect(ofTypes({ 'a.ts': 'export const a = 1\n', 'tsconfig.json': '{"compilerOptions": {"nope": true}}' })).toEqual([expect.stringContaining('nope')])
  })

  test('of TypeScript that needs packages from elsewhere, its syntax and its own imports', () => {
    const source = "import { a } from 'package-from-elsewhere'\nimport { b } from './none.ts'\nexport const c: number = String(a(b))\n"
    expect(typeErrors(...written({ 'a.ts': source }))).toEqual([expect.stringContaining('./none.ts')])
  })

  testWith(bash, 'scripts that bash does not read, whatever they are called', async () => {
    const [scripts, folder] = written({ 'a.sh': 'if true; then echo a\n', 'hooks/pre-commit': '#!/usr/bin/env bash\necho "a\n', 'c.sh': 'echo a\n' })
    expect(scripts.every(isShell)).toBe(true)
    expect(await shellProblems(scripts, folder)).toEqual([expect.stringMatching(/^a\.sh: /), expect.stringMatching(/^hooks\/pre-commit: /)])
  })

  const passing = 'import unittest\nfrom a import b\n\n\nclass A(unittest.TestCase):\n    def test_b(self):\n        self.assertEqual(b(), 1)\n'
  testWith(python, 'Python that does not compile, and tests that fail or are none', async () => {
    const of = (contents: Record<string, string>) => pythonProblems(...written(contents))
    expect(await of({ 'src/a.py': 'def b():\n    return 1\n', 'tests/test_a.py': passing })).toEqual([])
    expect(await of({ 'src/a.py': 'def b():\n    return 2\n', 'tests/test_a.py': passing })).toEqual([expect.stringContaining('AssertionError: 2 != 1')])
    expect(await of({ 'a.py': 'def b(:\n' })).toEqual([expect.stringMatching(/^a\.py: /)])
    expect(await of({ 'a.py': 'b = 1\n', 'tests/test_a.py': 'import a\n\n\ndef test_a():\n    assert a.b\n' })).toEqual(['tests: no test of unittest is in it'])
    expect(await of({ 'a.py': 'import package_from_elsewhere\n', 'tests/test_a.py': 'import a\nassert False\n' })).toEqual([])
  })

  testWith(go, 'Go that does not build, and tests that fail', async () => {
    const [sources, folder] = written({ 'go.mod': 'module example.com/a\n\ngo 1.22\n', 'a.go': 'package a\n\nfunc B() int { return 1 }\n', 'a_test.go': 'package a\n\nimport "testing"\n\nfunc TestB(t *testing.T) {\n\tif B() != 2 {\n\t\tt.Fatal("B")\n\t}\n}\n' })
    expect(await goProblems(sources, folder)).toEqual([expect.stringContaining('go test: ')])
  })

  test('tests of a package that fail, or are none', async () => {
    const of = (source: string) => packageProblems(...written({ 'package.json': '{"type": "module", "scripts": {"test": "node --test"}}', 'a.test.ts': source }))
    expect(await of("import test from 'node:test'\nimport { z } from 'zod'\ntest('a', () => { z.string().parse('a') })\n")).toEqual([])
    expect(await of("import test from 'node:test'\ntest('a', () => { throw new Error('it broke') })\n")).toEqual([expect.stringContaining('it broke')])
    expect(await packageProblems(...written({ 'package.json': '{"scripts": {"test": "node --test"}}' }))).toEqual(['package.json: no test ran'])
  })

  test('a package that speaks of DATABASE_URL is tested with a database of its own', async () => {
    const contents = { 'package.json': '{"type": "module", "scripts": {"test": "node --test"}}', 'a.test.ts': "import test from 'node:test'\nimport pg from 'pg'\ntest('a', async () => {\n  const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })\n  await client.connect()\n  await client.query('create table a ()')\n  await client.end()\n})\n" }
    expect(needsDatabase(files(contents))).toBe(true)
    expect(needsDatabase(files({ 'package.json': '{}' }))).toBe(false)
    expect(await withDatabase((url) => packageProblems(...written(contents), { DATABASE_URL: url }))).toEqual([])
  })

  test('SQL that PostgreSQL refuses, and tests that raise', async () => {
    const migrations = { 'db/migrations/0001_a.sql': 'create table a (b int);\n', 'db/migrations/0002_b.sql': '-- no-transaction: an index is made beside its readers\ncreate index concurrently a_b on a (b);\ndo $$ begin\n  perform 1;\nend $$;\n' }
    expect(await sqlProblems(files({ ...migrations, 'db/tests/a.sql': "do $$ begin\n  assert to_regclass('a_b') is not null;\nend $$;\n" }))).toEqual([])
    expect(await sqlProblems(files({ ...migrations, 'tests/a.sql': "do $$ begin\n  assert false, 'it broke';\nend $$;\n" }))).toEqual(['tests/a.sql: it broke'])
    expect(await sqlProblems(files({ 'migrations/a.sql': 'create tble a ();\n' }))).toEqual([expect.stringContaining('migrations/a.sql: syntax error')])
    expect(await sqlProblems(files({ 'migrations/1_a.sql': 'create table a ();\n', 'migrations/1_a.down.sql': 'select 1;\n' }))).toEqual(['migrations/1_a.sql: relation "a" already exists'])
  })
})

describe('what is wrong with a template is found', () => {
  const artifact = (over: Partial<TemplateArtifact>): TemplateArtifact => templateArtifact.parse({ kind: 'project', name: 'a', version: '1.0.0', meta: {}, variables: { type: 'object' }, ...over })

  test('a folder that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-library-'))
    writeFileSync(join(folder, 'manifest.yaml'), 'name: a\nfiles: [none.md]\n')
    try {
      await expect(readTemplate(folder)).rejects.toThrow(/none\.md/)
      await expect(readTemplate(join(folder, 'none'))).rejects.toThrow(/is no folder/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('what its reader is promised and does not get', () => {
    const found = unkeptConventions(artifact({ version: '0.1.0', variables: { type: 'object', properties: { a: { type: 'string' } } }, files: [{ path: 'README.md', content: '# A' }] }))
    expect(found).toEqual(expect.arrayContaining(['slipway.yaml: a has no title', 'slipway.yaml: a has no description', 'README.md: says nothing of `a`', 'README.md: has no section on usage', 'examples/minimal.yaml is missing', 'manifest.yaml: version is 0.1.0, not 1.0.0', 'manifest.yaml: there are not three to six tags']))
    expect(found).toHaveLength(13)
  })

  test('a name that Windows cannot check out', () => {
    const problems = (path: string) => unkeptConventions(artifact({ files: [{ path, content: '' }] })).filter((one) => one.includes('Windows'))
    expect(problems("a/${% if variables.b contains 'c' %}c.md${% endif %}")).toEqual([])
    expect(problems('a/${% if variables.b contains "c" %}c.md${% endif %}')).toEqual([expect.stringContaining('allows no such name')])
  })

  test('an example that does not fit, and a choice that no example makes', () => {
    const variables = { type: 'object', properties: { a: { enum: ['x', 'y'], default: 'x' }, b: { type: 'boolean', default: false, 'x-when': '${{ variables.a == "y" }}' }, c: { type: 'array', items: { enum: ['p', 'q'] }, default: [] } } }
    const made = artifact({ variables, files: [
      { path: 'a.txt', content: '${% if variables.a == "y" %}${{ variables.c[0] | fail: "it broke" }}${% endif %}' },
      { path: 'examples/minimal.yaml', content: 'a: x\n', templateOnly: true },
      { path: 'examples/other.json', content: '{"projectName": "o", "parameters": {"a": "z"}}', templateOnly: true },
    ] })
    const [minimal, other] = examplesOf(made)
    expect(minimal).toEqual({ title: 'examples/minimal.yaml', projectName: 'example', parameters: { a: 'x' } })
    expect(other && instantiate(made, other)).toEqual({ files: [], problems: [expect.stringContaining('/a ')] })
    const variations = variationsOf(made)
    expect(variations.map(({ title }) => title)).toEqual(['a: "y"', 'c: ["p","q"]'])
    expect(variations.map((wish) => instantiate(made, wish).problems.length)).toEqual([1, 0])
  })
})
