import type { TemplateArtifact } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { createExpressions } from './expressions.ts'
import type { Expressions, Reads } from './expressions.ts'
import { isObject } from './json.ts'
import { listed } from './quality-checks.ts'
import type { Checks } from './quality-checks.ts'
import { isLlmLeaf, visitLeaves } from './render.ts'
import { propertiesOf } from './variables.ts'

/** The checks of what is deployed to providers: agents, automations, CRM set-ups, prompts. */
export const deploymentChecks: Checks = {
  documentation: ({ meta, variables }) => {
    const description = meta.description?.trim() ?? ''
    const silent = described(variables).filter(([, schema]) => textOf(schema, 'description') === '' && textOf(schema, 'title') === '').map(([name]) => name)
    return {
      missing: description === '' ? ['Say in meta.description what the template is for'] : [],
      weak: [
        ...(description !== '' && description.length < 40 ? [`Say more in meta.description than "${description}"`] : []),
        ...(silent.length > 0 ? [`Describe the variables ${listed(silent)}`] : []),
      ],
    }
  },

  examples: ({ variables }) => {
    const properties = described(variables)
    const without = properties.filter(([, schema]) => !showsValue(schema)).map(([name]) => name)
    const message = [`Give examples (or a default) for the variables ${listed(without)}`]
    return { missing: without.length > 0 && without.length === properties.length ? message : [], weak: without.length > 0 && without.length < properties.length ? message : [] }
  },

  metadata: ({ meta }) => {
    const lacking = [...(['title', 'category', 'author'] as const).filter((field) => (meta[field]?.trim() ?? '') === ''), ...((meta.tags ?? []).length === 0 ? ['tags'] : [])]
    const message = lacking.map((field) => `Set meta.${field}`)
    return { missing: lacking.length > 2 ? message : [], weak: lacking.length > 2 ? [] : message }
  },

  structure: (artifact) => {
    const rows = artifact.initialization.prompts.length + artifact.initialization.documents.length
    const unused = unusedVariables(artifact)
    return {
      missing: Object.keys(artifact.resources).length + rows === 0 ? ['Add resources, prompts or documents: there is nothing to deploy'] : [],
      weak: unused.length > 0 ? [`Use the variables ${listed(unused)}, or take them away`] : [],
    }
  },

  dependencies: ({ resources }) => {
    const foreign = Object.entries(resources).flatMap(([name, { provider, type, spec }]) => (provider === 'n8n' && type === 'workflow' ? foreignCredentials(spec).map((node) => `${name}: "${node}"`) : []))
    return { missing: [], weak: foreign.length > 0 ? [`Make a resource of the credentials that these nodes take from another n8n: ${listed(foreign)}`] : [] }
  },
}

const described = (schema: JsonObject): [string, JsonObject][] => Object.entries(propertiesOf(schema)).filter((entry): entry is [string, JsonObject] => isObject(entry[1]))

const textOf = (schema: JsonObject, key: string): string => { const text = schema[key]; return typeof text === 'string' ? text.trim() : '' }

/** A secret has no example, and a choice shows what there is to choose. */
const showsValue = (schema: JsonObject): boolean =>
  schema['writeOnly'] === true || schema['type'] === 'boolean' || ['default', 'const', 'example'].some((key) => schema[key] !== undefined) || ['examples', 'enum'].some((key) => { const list = schema[key]; return Array.isArray(list) && list.length > 0 })

/** What cannot be read may read anything. */
function readsOf(expressions: Expressions, text: string): Reads | undefined {
  try {
    return expressions.reads(text)
  } catch {
    return undefined
  }
}

function unusedVariables({ variables, resources, initialization, delimiters }: TemplateArtifact): string[] {
  const expressions = createExpressions(delimiters)
  const used = new Set<string>()
  let dynamic = false
  const look = (root: Json): void => {
    visitLeaves(root, '', (leaf) => {
      const text = isLlmLeaf(leaf) ? leaf['x-llm'].instruction : leaf
      if (typeof text !== 'string' || !expressions.isExpression(text)) return
      const reads = readsOf(expressions, text)
      dynamic ||= reads?.dynamic ?? true
      for (const name of reads?.variables ?? []) used.add(name)
    })
  }
  for (const { spec } of Object.values(resources)) look(spec)
  for (const table of [initialization.prompts, initialization.documents]) for (const row of table) look(row)
  return dynamic ? [] : described(variables).map(([name]) => name).filter((name) => !used.has(name))
}

/** Nodes that name a credential by an id: it exists in the n8n that the workflow was exported from, and nowhere else. */
function foreignCredentials(spec: JsonObject): string[] {
  const nodes = Array.isArray(spec['nodes']) ? spec['nodes'].filter(isObject) : []
  return nodes.filter(({ credentials }) => isObject(credentials) && Object.values(credentials).some((one) => isObject(one) && typeof one['id'] === 'string' && !/\$\d*\{\{/.test(one['id']))).map(({ name }) => (typeof name === 'string' ? name : 'a node'))
}
