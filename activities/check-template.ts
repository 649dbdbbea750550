import type { TemplateArtifact } from '../contracts/artifact.ts'
import { checkArtifact } from '../domain/check-artifact.ts'
import type { RulesOf } from '../domain/check-artifact.ts'
import { withNormalFiles } from '../domain/project-files.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { ActivityContext } from './context.ts'
import { invalid, readArtifact } from './read-template.ts'
import type { Named, Source } from './read-template.ts'
import { limited } from './time-limit.ts'

/** Offline rules of the registered providers. */
export const rulesOf = (registry: ProviderRegistry): RulesOf => (provider, type) => {
  if (!registry.has(provider)) return `there is no provider ${provider}: use ${registry.targets().join(', ')}`
  const types = registry.get(provider).resources
  // A type may be called like what every object has.
  return (Object.hasOwn(types, type) ? types[type] : undefined) ?? `${provider} has no type ${type}: use ${Object.keys(types).join(', ')}`
}

/** A template that may be stored. Throws 400.content_unreadable or 400.artifact_schema_invalid, the latter with each place. */
export function checkedArtifact({ registry }: Pick<ActivityContext, 'registry'>, request: Named, content: Source): TemplateArtifact {
  return limited(() => {
    const read = readArtifact(request, content)
    const problems = checkArtifact(read, rulesOf(registry))
    if (problems.length > 0) throw invalid(problems)
    return withNormalFiles(read)
  }, () => invalid([{ pointer: '', message: 'takes too long to check' }]))
}
