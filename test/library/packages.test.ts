import { describe, expect, test } from '@jest/globals'
import { actions, findAction } from '../../contracts/actions.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { specProblems } from '../../domain/check-artifact.ts'
import { checkDefinition } from '../../domain/definition.ts'
import { createExpressions } from '../../domain/expressions.ts'
import { scoreQuality } from '../../domain/quality.ts'
import { checkVariables } from '../../domain/variables.ts'
import { providers } from '../../providers/registry.ts'
import { flowProblems } from './n8n-flows.ts'
import { artifactOf, definitionOf, kindOf, packages, parts, propertiesOf, readmeInput, specsOf, textOf } from './packages.ts'
import type { Package, Part, Spec } from './packages.ts'

const templates = packages.flatMap((name) => parts.map((part): [string, Package, Part] => [`${name}-${part}`, name, part]))

const namesOf = (specs: readonly Spec[], type: string) => specs.filter((one) => one.type === type)

describe.each(templates)('%s', (templateName, name, part) => {
  const artifact = artifactOf(name, part)

  test('is a template that an import accepts, under its own name', () => {
    expect([artifact.name, artifact.kind, artifact.version]).toEqual([templateName, kindOf[part], '1.0.0'])
  })

  test('passes every check of quality', () => {
    const { quality_score, checks, recommendations } = scoreQuality(artifact, { minimum: 70, rules: [] })
    expect([quality_score, Object.values(checks), recommendations]).toEqual([100, ['pass', 'pass', 'pass', 'pass', 'pass'], []])
  })

  test('describes every variable, and gives every optional one a default', () => {
    const required = artifact.variables['required'] as string[]
    for (const [variable, schema] of propertiesOf(artifact.variables)) {
      expect([variable, schema['description']]).toEqual([variable, expect.stringMatching(/^.{12,}\.$/)])
      expect([variable, required.includes(variable) || schema['default'] !== undefined]).toEqual([variable, true])
    }
  })

  test('renders from its examples into what the adapter accepts, with nothing left of a template', () => {
    for (const { name: resource, provider, type, spec } of specsOf(artifact)) {
      expect([resource, providers.get(provider).resources[type]?.validate(spec)]).toEqual([resource, []])
      expect(specProblems(spec, { validate: () => [] }, createExpressions())).toEqual([])
      expect(JSON.stringify(spec)).not.toMatch(/\$\{\{|\$\{%|\[object/)
    }
  })
})

describe.each(packages.map((name) => [name, name] as const))('the voice of %s', (_title, name) => {
  const specs = specsOf(artifactOf(name, 'voice'))
  const agent = namesOf(specs, 'agent')[0]?.spec as JsonObject
  const engine = [...namesOf(specs, 'llm'), ...namesOf(specs, 'conversation-flow')][0]?.spec as JsonObject
  const automation = specsOf(artifactOf(name, 'automation'))
  const hooks = namesOf(automation, 'workflow').flatMap(({ spec }) => spec['nodes'] as JsonObject[]).filter(({ type }) => type === 'n8n-nodes-base.webhook').map(({ parameters }) => (parameters as { path: string }).path)

  test('calls only addresses that the automation answers', () => {
    const called = [...JSON.stringify({ agent, engine }).matchAll(/https:\/\/n8n\.[^"]*\/webhook\/([^"]*)/g)].map(([, path]) => path)
    expect(called.length).toBeGreaterThan(1)
    expect([...new Set(called)].sort()).toEqual([...new Set(hooks)].sort())
  })

  test('asks after each call for what the automation reads, and for nothing else', () => {
    const asked = (agent['post_call_analysis_data'] as { name: string; type: string }[]).filter(({ type }) => type !== 'system-presets').map((one) => one.name)
    const read = new Set([...JSON.stringify(automation.map(({ spec }) => spec)).matchAll(/custom_analysis_data\?\.([a-z_]+)/g)].map(([, field]) => field))
    expect([...read].sort()).toEqual([...asked].sort())
  })

  test('gives the arguments that the automation reads', () => {
    const given = new Set([...JSON.stringify(engine).matchAll(/"([a-z_]+)":\{"type":"(?:string|integer|boolean|array)","description"/g)].map(([, field]) => field))
    const read = [...JSON.stringify(automation.map(({ spec }) => spec)).matchAll(/\bargs\??\.([a-z_]+)/g)].map(([, field]) => field)
    expect(read.filter((field) => !given.has(field))).toEqual([])
  })
})

describe.each(packages.map((name) => [name, name] as const))('the automation of %s', (_title, name) => {
  const specs = specsOf(artifactOf(name, 'automation'))
  const crm = specsOf(artifactOf(name, 'crm'))
  const text = JSON.stringify(specs)

  test.each(namesOf(specs, 'workflow').map(({ name: flow, spec }) => [flow, spec] as const))('has in %s only nodes that are reached, and code that can be parsed', (_flow, spec) => {
    expect(flowProblems(spec)).toEqual([])
  })

  test('believes no webhook before Retell has been asked, and handles an event once', () => {
    for (const { spec } of namesOf(specs, 'workflow')) {
      const nodes = spec['nodes'] as { type: string; parameters: { path?: string; url?: string; responseMode?: string } }[]
      const hook = nodes.find(({ type }) => type === 'n8n-nodes-base.webhook')
      if (hook) expect(nodes.filter(({ parameters }) => /api\.retellai\.com\/v2\/get-call/.test(parameters.url ?? ''))).toHaveLength(1)
      if (hook?.parameters.responseMode === 'onReceived') expect(nodes.filter(({ type }) => type === 'n8n-nodes-base.removeDuplicates')).toHaveLength(1)
    }
  })

  test('tells somebody by mail, where a step fails, and keeps no secret outside of credentials', () => {
    for (const { spec } of namesOf(specs, 'workflow')) {
      for (const { type, onError, name: node } of spec['nodes'] as JsonObject[]) if (type === 'n8n-nodes-base.httpRequest') expect([node, onError]).toEqual([node, 'continueErrorOutput'])
      expect(JSON.stringify(spec)).not.toContain('not-set')
      // n8n takes up to 24 characters.
      expect(spec['tags']).toEqual([expect.stringMatching(/^[a-z-]{1,24}$/)])
    }
    expect(namesOf(specs, 'credential')).toHaveLength(3)
  })

  test('names only stages and tags that the CRM has', () => {
    const stages = namesOf(crm, 'pipeline').flatMap(({ spec }) => (spec['stages'] as { name: string }[]).map((stage) => stage.name))
    const tags = namesOf(crm, 'tag').map(({ spec }) => spec['name'])
    // Without names of nodes, and without what is only compared.
    const bare = text.replaceAll(/\$\('[^']*'\)|[!=]== '[^']*'|'[^']*' ===|''/g, '')
    const literals = (pattern: RegExp) => [...bare.matchAll(pattern)].flatMap(([, list = '']) => [...list.matchAll(/'([^']+)'/g)].map(([, one = '']) => one))
    const [stagesNamed, tagsNamed] = [literals(/stage\.name === \((.*?)\)\)\?\.id/g), literals(/tags: (\[.*?\])/g)]
    expect([stagesNamed.length > 0, stagesNamed.filter((one) => !stages.includes(one))]).toEqual([true, []])
    expect([tagsNamed.length > 0, tagsNamed.filter((one) => !tags.includes(one))]).toEqual([true, []])
  })
})

describe.each(packages.map((name) => [name, name] as const))('the definition of %s', (_title, name) => {
  const definition = definitionOf(name)

  test('is one that can be saved', () => {
    const problems = checkDefinition(definition, (action) => {
      const found = findAction(action)
      return found && { retries: found.retries, problems: (given) => (found.input.safeParse(given).error?.issues ?? []).map(({ path, message }) => ({ pointer: `/${path.map(String).join('/')}`, message })) }
    })
    expect([definition.name, problems]).toEqual([name, []])
    expect(Object.keys(actions)).toEqual(expect.arrayContaining([...new Set(definition.steps.map(({ uses }) => uses))]))
  })

  test('asks for every variable that is no secret, once, as the templates declare it', () => {
    const inputs = Object.fromEntries(propertiesOf(definition.inputs))
    const wanted = parts.flatMap((part) => propertiesOf(artifactOf(name, part).variables)).filter(([variable, { writeOnly }]) => writeOnly !== true && variable !== 'crm')
    for (const [variable, { type, default: value, pattern, format }] of wanted) {
      expect([variable, inputs[variable]]).toEqual([variable, expect.objectContaining({ type, ...(value === undefined ? {} : { default: value }), ...(pattern === undefined ? {} : { pattern }), ...(format === undefined ? {} : { format }) })])
    }
    expect(Object.keys(inputs).sort()).toEqual([...new Set(['clientId', 'review', ...wanted.map(([variable]) => variable)])].sort())
  })

  test('takes the ids that the automation needs from what the CRM template makes', () => {
    const made = Object.keys(artifactOf(name, 'crm').resources)
    const read = [...JSON.stringify(definition.steps).matchAll(/where: 'name', '([A-Za-z]+)'/g)].map(([, resource]) => resource ?? '')
    expect(read.filter((resource) => !made.includes(resource))).toEqual([])
    expect(read).toHaveLength(Object.keys(((artifactOf(name, 'automation').variables['properties'] as Record<string, JsonObject>)['crm'] as { properties: object }).properties).length)
  })

  test('is explained in the README, with a request that fits', () => {
    const { problems } = checkVariables(definition.inputs, readmeInput(name, '0b6f0b9a-35b3-4f5a-8d0e-8f4b8f6d3a01'))
    expect(problems).toEqual([])
    const readme = textOf(name, 'README.md')
    for (const part of parts) expect(readme).toContain(`packages/${name}/${part}.yaml`)
    for (const section of ['## What the client gets', '## Set it up', '## Go live', '## Later']) expect(readme).toContain(section)
  })
})
