import { describe, expect, test } from '@jest/globals'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { ProjectFile } from '../../contracts/project.ts'
import { qualityRule } from '../../contracts/quality-policy.ts'
import { weights } from '../../contracts/quality.ts'
import type { CheckStatus } from '../../contracts/quality.ts'
import { neededPackages } from '../../domain/needed-packages.ts'
import { failingChecks, scoreQuality } from '../../domain/quality.ts'
import { ruleProblem } from '../../domain/quality-rules.ts'

type Content = Record<string, unknown>
const score = (content: Content, rules: unknown[] = []) => scoreQuality(templateArtifact.parse({ name: 'fixture', version: '1.0.0', ...content }), { minimum: 70, rules: rules.map((rule) => qualityRule.parse(rule)) })

const readme = `# A service\n\n${'It answers requests of a small shop and keeps what was ordered. '.repeat(4)}\n\n## Usage\n\nRun \`python main.py\`.\n`
const file = (path: string, content: string, more: Partial<ProjectFile> = {}): ProjectFile => ({ path, content, ...more })
const example = file('examples/variables.yaml', 'projectName: shop\nport: 8080\n', { templateOnly: true })
const main = file('main.py', 'PORT = ${{ variables.port }}\n')
const meta = { description: 'A service for a shop', category: 'backend_developer', author: 'Ann', tags: ['api'] }
const variables = { type: 'object', required: ['port'], properties: { port: { type: 'integer', description: 'Where it listens', examples: [8080] } } }
const project = (files: ProjectFile[], more: Content = {}): Content => ({ kind: 'project', meta, variables, files, ...more })

const brain = { provider: 'retell', type: 'llm', spec: { general_prompt: 'For ${{ variables.port }}' } }
const agent = (more: Content = {}): Content => ({ kind: 'retell', meta: { ...meta, title: 'A desk', description: 'Answers the telephone of a shop and writes down what was ordered' }, variables, resources: { brain }, ...more })

const p: CheckStatus = 'pass'
const w: CheckStatus = 'warning'
const f: CheckStatus = 'fail'

/** Worked out by hand: documentation 30, examples 20, metadata 20, structure 15, dependencies 15; a warning earns nothing. */
const fixtures: [string, Content, [CheckStatus, CheckStatus, CheckStatus, CheckStatus, CheckStatus], number, string[]][] = [
  ['a whole project', project([file('README.md', readme), main, example]), [p, p, p, p, p], 100, []],
  ['the document\'s own example: all but undeclared dependencies', project([file('README.md', readme), main, example, file('requirements.txt', 'fastapi>=0.104\nsqlalchemy\n')], { dependencies: [{ fastapi: '^0.104.0' }] }), [p, p, p, p, w], 85, ['Declare under dependencies in manifest.yaml: sqlalchemy']],
  ['a project with nothing but code', project([main], { meta: {} }), [f, f, f, p, p], 30, ['Add a README.md', 'Add usage examples under examples/', 'Set description in manifest.yaml', 'Set category in manifest.yaml', 'Set author in manifest.yaml', 'Set tags in manifest.yaml']],
  ['a project that is only described', project([file('README.md', readme), example]), [p, p, p, f, p], 85, ['Add files: a project would hold nothing but its README']],
  ['a thin README and no author', project([file('README.md', '# Shop\n'), main, example], { meta: { ...meta, author: ' ' } }), [w, p, w, p, p], 50, ['Say more in README.md: what the template makes, and for whom', 'Add a section on usage to README.md', 'Set author in manifest.yaml']],
  ['examples that do not fit, and a broken JSON file', project([file('README.md', readme), main, file('examples/variables.json', '{"port": "many"}', { templateOnly: true }), file('data.json', '{')]), [p, w, p, f, p], 65, ['examples/variables.json: /port must be integer', 'data.json is not JSON']],
  ['leftovers, and dependencies that nobody declared', project([file('README.md', readme), main, example, file('.DS_Store', 'x'), file('empty.txt', ''), file('package.json', '{"dependencies": {"express": "5"}}')]), [p, p, p, w, f], 70, ['Fill or remove the empty files empty.txt', 'Remove .DS_Store', 'Declare under dependencies in manifest.yaml: express']],
  ['a whole agent', agent(), [p, p, p, p, p], 100, []],
  ['a raw export, of which nothing is said', { kind: 'n8n', variables: { type: 'object', properties: {} }, resources: { workflow: { provider: 'n8n', type: 'workflow', spec: { nodes: [{ name: 'Mail', credentials: { smtp: { id: 'Xy12', name: 'Mail' } } }], connections: {} } } } }, [f, p, f, p, w], 35, ['Say in meta.description what the template is for', 'Set meta.title', 'Set meta.category', 'Set meta.author', 'Set meta.tags', 'Make a resource of the credentials that these nodes take from another n8n: workflow: "Mail"']],
  ['an agent whose variables nobody can guess', agent({ meta: { title: 'Desk', description: 'A desk', category: 'x', tags: ['a'] }, variables: { type: 'object', required: ['port', 'key', 'unused'], properties: { port: { type: 'integer', examples: [] }, key: { type: 'string', writeOnly: true, description: 'Key' }, unused: { type: 'string', enum: ['a'], title: 'Not used' } } }, resources: { brain: { ...brain, spec: { general_prompt: '${{ variables.port }} ${{ variables.key }}' } } } }), [w, w, w, w, p], 15, ['Say more in meta.description than "A desk"', 'Describe the variables port', 'Give examples (or a default) for the variables port', 'Set meta.author', 'Use the variables unused, or take them away']],
]

describe('the score of', () => {
  test.each(fixtures)('%s', (_what, content, statuses, expected, recommendations) => {
    const { checks, quality_score, points, passed, ...rest } = score(content)
    expect(Object.values(checks)).toEqual(statuses)
    expect({ quality_score, passed, recommendations: rest.recommendations }).toEqual({ quality_score: expected, passed: expected >= 70, recommendations })
    expect(points).toEqual(Object.fromEntries(Object.entries(weights).map(([name, of]) => [name, { points: checks[name as keyof typeof checks] === 'pass' ? of : 0, of }])))
  })
})

test('what fails is named for whoever must mend it', () => {
  expect(failingChecks(score(project([main], { meta: {} }), [{ name: 'licence', message: 'Choose a licence', condition: 'artifact.meta.license' }]))).toEqual(['documentation (fail)', 'examples (fail)', 'metadata (fail)', 'rule "licence"'])
})

describe('a check', () => {
  test.each<[string, ProjectFile[], Content, unknown[]]>([
    ['accepts a README in another format, underlined headings, and other examples', [file('Readme.rst', `Shop\n====\n\n${'Text. '.repeat(50)}\n\nGetting started\n---------------\n\nx\n`), main, file('examples/curl.sh', 'curl x'), file('examples/a.yml', 'port: 1')], {}, []],
    ['wants example variables where there are only other examples', [file('README.md', readme), main, file('examples/curl.sh', 'curl x')], {}, ['Add examples/variables.yaml with port']],
    ['wants none where no variable is needed', [file('README.md', readme), main, file('examples/curl.sh', 'curl x')], { variables: { type: 'object', properties: {} } }, []],
    ['sees an example in the README', [file('README.md', `${readme}\n\`\`\`sh\nx\n\`\`\``), main], {}, ['Add example variables under examples/']],
    ['says what is wrong with an example file', [file('README.md', readme), main, file('examples/a.yaml', '- 1'), file('examples/b.json', '{"port": 1, "x": 2}'), file('examples/c.yaml', '{"a": [')], {}, ['examples/a.yaml: must be an object of variables', 'examples/b.json: /x is not a variable of this template', expect.stringMatching(/^examples\/c\.yaml: ./)]],
    ['takes a body of instantiate for an example', [file('README.md', readme), main, file('examples/a.yaml', 'projectName: shop\nparameters: { port: 1 }'), file('examples/b.yaml', 'parameters: { port: x }')], {}, ['examples/b.yaml: /port must be integer']],
    ['leaves JSON alone that has comments by custom or expressions', [file('README.md', readme), example, main, file('tsconfig.json', '// x\n{}'), file('a.json', '{"port": ${{ variables.port }}}'), file('b.json', 'AAAA', { encoding: 'base64' })], {}, []],
    ['reads literal files as they are', [file('README.md', readme), example, main, file('a.json', '{"port": ${{ x }}}', { literal: true })], {}, ['a.json is not JSON']],
    ['wants ranges', [file('README.md', readme), example, main], { dependencies: [{ express: 'latest' }, { zod: '*' }, { pg: '^8' }] }, ['Give a version range for express, zod']],
    ['tells what an import left out, and what stops it', [file('README.md', readme), example, main], { untranslated: [{ file: 'hooks/post.py', line: 1, what: 'a hook', stops: false }, { file: 'a.py', line: 7, what: '{{ x | slugify }}', stops: true }] }, ['a.py:7: rewrite {{ x | slugify }}', 'hooks/post.py:1: a hook was left out']],
    ['allows files that are empty on purpose', [file('README.md', readme), example, main, file('src/__init__.py', ''), file('data/.gitkeep', '')], {}, []],
    ['names five and counts the others', [file('README.md', readme), example, main, ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => file(name, ''))], {}, ['Fill or remove the empty files a, b, c, d, e and 2 more']],
  ])('%s', (_what, files, more, recommendations) => { expect(score(project(files, more)).recommendations).toEqual(recommendations) })

  test('a computed name of a variable may be any of them', () => {
    expect(score(agent({ resources: { brain: { ...brain, spec: { general_prompt: '${% assign x = "port" %}${{ variables[x] }}' } } } })).checks.structure).toBe('pass')
  })

  test('an expression that cannot be read may read any variable', () => {
    expect(score(agent({ resources: { brain: { ...brain, spec: { general_prompt: '${{ variables.port | }}' } } }, initialization: { prompts: [{ key: 'a', content: { 'x-llm': { instruction: 'Say "${{ variables["x"] | nothing: "y" }}"' } } }] } })).checks.structure).toBe('pass')
  })

  test('finds variables in rows and in what a model writes', () => {
    expect(score(agent({ resources: {}, initialization: { prompts: [{ key: 'a', content: { 'x-llm': { instruction: 'Say ${{ variables.port }}' } } }] } })).checks.structure).toBe('pass')
    expect(score(agent({ resources: {} })).recommendations).toEqual(['Add resources, prompts or documents: there is nothing to deploy', 'Use the variables port, or take them away'])
  })
})

describe('the packages that files need', () => {
  test.each<[string, string, string[]]>([
    ['package.json', '{"dependencies": {"b": "1", "a": "2"}, "devDependencies": {"c": "3"}, "peerDependencies": {"d": "4"}}', ['a', 'b', 'c']],
    ['web/package.json', '[]', []],
    ['package.json', '{{ broken', []],
    ['requirements-dev.txt', '# tools\n-r base.txt\npytest==8 # x\nuvicorn[standard]>=0.2\n\n', ['pytest', 'uvicorn']],
    ['pyproject.toml', '[project]\nname = "x"\ndependencies = [\n  "fastapi[all]>=0.1",\n  \'pg8000\',\n]\n\n[tool.poetry.dependencies]\npython = "^3"\nhttpx = "^1"\n\n[tool.x]\ny = 1\n', ['fastapi', 'httpx', 'pg8000']],
    ['go.mod', 'module x\n\nrequire github.com/a/b v1.2.3\nrequire (\n\tgolang.org/x/net v0.1.0 // indirect\n)\n', ['github.com/a/b', 'golang.org/x/net']],
    ['Cargo.toml', '[package]\nname = "x"\n\n[dependencies]\nserde = "1"\ntokio = { version = "1" }\n\n[dev-dependencies]\nz = "1"\n', ['serde', 'tokio']],
    ['main.py', 'import x', []],
  ])('of %s', (path, content, expected) => { expect(neededPackages([file(path, content)])).toEqual(expected) })

  test('are not read from expressions', () => {
    const toml = 'dependencies = ["fastapi"${% if variables.x == "y" %}, "pg8000"${% endif %}]\n'
    expect(score(project([file('README.md', readme), example, main, file('pyproject.toml', toml), file('package.json', '{"dependencies": {"${{ variables.x }}": "1"}}')])).recommendations).toEqual(['Declare under dependencies in manifest.yaml: fastapi, pg8000'])
  })

  test('are neither those of the template alone nor of bytes', () => {
    expect(neededPackages([file('package.json', '{"dependencies": {"a": "1"}}', { templateOnly: true }), file('x/package.json', 'e30=', { encoding: 'base64' })])).toEqual([])
  })
})

describe('a rule of the tenant', () => {
  const licence = { name: 'licence', message: 'Choose a licence', condition: "artifact.meta.license == 'MIT' or artifact.kind == 'n8n'" }
  test('that is broken keeps a template from passing, whatever its score', () => {
    expect(score(agent(), [licence])).toMatchObject({ quality_score: 100, passed: false, rules: [{ name: 'licence', status: 'fail', message: 'Choose a licence' }], recommendations: ['Choose a licence'] })
    expect(score(agent({ meta: { ...(agent()['meta'] as object), license: 'MIT' } }), [licence])).toMatchObject({ passed: true, rules: [{ name: 'licence', status: 'pass' }] })
  })

  test('may only warn, and hold for some kinds alone', () => {
    expect(score(agent(), [{ ...licence, severity: 'warning' }])).toMatchObject({ passed: true, rules: [{ status: 'warning' }], recommendations: ['Choose a licence'] })
    expect(score(agent(), [{ ...licence, kinds: ['project'] }])).toMatchObject({ passed: true, rules: [] })
  })

  test('by JSON Schema says where the artifact does not fit', () => {
    const rule = { name: 'tags', message: 'Two tags, please', schema: { properties: { meta: { required: ['license'], properties: { tags: { minItems: 2 } } } } } }
    expect(score(agent(), [rule]).rules).toEqual([{ name: 'tags', status: 'fail', message: expect.stringMatching(/^Two tags, please \(.*\/meta\/tags must NOT have fewer than 2 items/) }])
    expect(score(agent({ meta: { license: 'MIT', tags: ['a', 'b'] } }), [rule]).rules).toEqual([{ name: 'tags', status: 'pass' }])
  })

  test('that cannot be carried out counts as broken', () => {
    expect(score(agent(), [{ name: 'x', message: 'X', condition: 'artifact.meta.tags | nothing' }]).rules[0]).toMatchObject({ status: 'fail', message: expect.stringContaining('nothing') })
  })

  test.each<[object, boolean]>([[{ condition: 'artifact.kind' }, false], [{ condition: 'a | b' }, true], [{ schema: { type: 'object' } }, false], [{ schema: { type: 'strnig' } }, true], [{ schema: { $async: true } }, false]])('%j is refused: %s', (rule, refused) => {
    expect(ruleProblem(qualityRule.parse({ name: 'r', message: 'm', ...rule })) !== undefined).toBe(refused)
  })

  test('reaches nothing but the artifact', () => {
    for (const condition of ['artifact.constructor', 'artifact.meta.__proto__', 'constructor', 'process']) expect(score(agent(), [{ name: 'x', message: 'X', condition }]).rules[0]?.status).toBe('fail')
    for (const tag of ["x %}{% include 'x' %}{% if 1", '{{ x', 'x }}']) expect(qualityRule.safeParse({ name: 'r', message: 'm', condition: tag }).success).toBe(false)
  })
})
