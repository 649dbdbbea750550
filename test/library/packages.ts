import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { checkedArtifact } from '../../activities/check-template.ts'
import { kinds } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { workflowDefinition } from '../../contracts/workflows.ts'
import type { WorkflowDefinition } from '../../contracts/workflows.ts'
import { fillHoles, renderArtifact } from '../../domain/render.ts'
import { checkVariables, secretVariables } from '../../domain/variables.ts'
import { providers } from '../../providers/registry.ts'

export const packages = ['dental-receptionist', 'real-estate-lead-qualifier', 'law-firm-intake', 'home-services-dispatcher', 'restaurant-reservations', 'med-spa-booking'] as const
export type Package = (typeof packages)[number]

/** In the order in which they are deployed: each needs what comes before it. */
export const parts = ['crm', 'automation', 'voice'] as const
export type Part = (typeof parts)[number]
export const kindOf: Record<Part, (typeof kinds)[number]> = { crm: 'ghl', automation: 'n8n', voice: 'retell' }

export const pathOf = (name: Package, file: string): string => `packages/${name}/${file}`
export const textOf = (name: Package, file: string): string => readFileSync(new URL(`../../library/${pathOf(name, file)}`, import.meta.url), 'utf8')

/** As an import would store it; throws what an import would refuse. */
export const artifactOf = (name: Package, part: Part): TemplateArtifact => {
  const content = textOf(name, `${part}.yaml`)
  return checkedArtifact({ registry: providers }, { kind: kindOf[part] }, { content })
}

export const definitionOf = (name: Package): WorkflowDefinition => workflowDefinition.parse(parse(textOf(name, 'package.yaml')))

export const propertiesOf = (schema: JsonObject): [string, JsonObject][] => Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>)

/** What a variable shows of itself: its default, or its first example or choice. */
export const shown = (schema: JsonObject): Json | undefined => schema['default'] ?? (schema['examples'] as Json[] | undefined)?.[0] ?? (schema['enum'] as Json[] | undefined)?.[0]

export const exampleVariables = (schema: JsonObject): Record<string, Json> =>
  Object.fromEntries(propertiesOf(schema).flatMap(([name, property]) => { const value = shown(property); return value === undefined ? [] : [[name, value]] }))

/** The input of the request that the README has for copying, for some client. */
export const readmeInput = (name: Package, clientId: string, given: JsonObject = {}): JsonObject => {
  const [, body = ''] = new RegExp(`slipway /workflows/${name}/execute -d @- <<END[^\\n]*\n([\\s\\S]*?)\nEND`).exec(textOf(name, 'README.md')) ?? []
  const { input } = JSON.parse(body.replaceAll('$CLIENT', clientId)) as { input: JsonObject }
  return { ...input, ...given }
}

export interface Spec { name: string; provider: string; type: string; spec: JsonObject }

/** Rendered with what its variables show, and with its holes filled, as the adapters would get it. */
export function specsOf(artifact: TemplateArtifact): Spec[] {
  const { values, problems } = checkVariables(artifact.variables, exampleVariables(artifact.variables))
  const secrets = secretVariables(artifact.variables)
  const open = Object.fromEntries(Object.entries(values).filter(([name]) => !secrets.has(name))) as Record<string, Json>
  const { rendering, problems: unrendered } = renderArtifact({ artifact, variables: open, secrets, kb: {} })
  if (problems.length + unrendered.length > 0) throw new Error(JSON.stringify([problems, unrendered]))
  const ids = Object.fromEntries(Object.keys(rendering.resources).map((name) => [name, { id: `id-of-${name}`, url: `https://vendor.example/${name}` }]))
  return Object.entries(rendering.resources).map(([name, { provider, type, spec, holes }]) => ({ name, provider, type, spec: fillHoles(spec, holes, { variables: values as Record<string, Json>, kb: {}, resources: ids }) }))
}
