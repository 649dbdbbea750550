import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { examplesOf, instantiate } from './instantiate.ts'

const filled = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''

/** What a template of the library lacks of what its reader is promised. */
export function unkeptConventions(artifact: TemplateArtifact): string[] {
  const { meta, version, variables, files = [] } = artifact
  const properties = Object.entries((variables['properties'] ?? {}) as Record<string, JsonObject>)
  const readme = files.find(({ path }) => path === 'README.md')?.content ?? ''
  const examples = examplesOf(artifact)
  const made = new Set(examples.flatMap((example) => instantiate(artifact, example).files.map(({ content }) => content)))
  const tags = meta.tags ?? []
  return [
    ...(version === '1.0.0' ? [] : [`manifest.yaml: version is ${String(version)}, not 1.0.0`]),
    ...(meta.author === 'Slipway' ? [] : ['manifest.yaml: author is not Slipway']),
    ...(/^[A-Z"“].{30,}\.$/s.test(meta.description?.trim() ?? '') ? [] : ['manifest.yaml: description is no full sentence']),
    ...(tags.length >= 3 && tags.length <= 6 ? [] : ['manifest.yaml: there are not three to six tags']),
    ...(filled(meta['title']) ? [] : ['slipway.yaml: meta.title is missing']),
    ...(meta['license'] === 'MIT' ? [] : ['slipway.yaml: meta.license is not MIT']),
    ...(properties.length > 0 ? [] : ['slipway.yaml: there are no variables']),
    ...properties.flatMap(([name, property]) => (['title', 'description'] as const).filter((key) => !filled(property[key])).map((key) => `slipway.yaml: ${name} has no ${key}`)),
    ...properties.filter(([name]) => !readme.includes(`\`${name}\``)).map(([name]) => `README.md: says nothing of \`${name}\``),
    ...(/^#+ .*\busage\b/im.test(readme) ? [] : ['README.md: has no section on usage']),
    ...(examples.some(({ title }) => title === 'examples/minimal.yaml') ? [] : ['examples/minimal.yaml is missing']),
    ...(examples.length >= 2 ? [] : ['there is no example but the minimal one']),
    ...files.filter(({ path }) => /["*:<>?\\]/.test(path)).map(({ path }) => `${path}: Windows allows no such name`),
    ...(made.size > 0 ? [] : ['no example makes a file']),
  ]
}
