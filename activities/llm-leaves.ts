import type { Json } from '../contracts/json.ts'
import type { TemplateVersion } from '../db/template-versions.ts'
import { toJson } from '../domain/json.ts'
import { isLlmLeaf, visitLeaves } from '../domain/render.ts'
import type { LlmLeaf } from '../domain/render.ts'

/** Leaves that a model writes, by pointer. */
export function llmLeaves({ artifact }: TemplateVersion): { pointer: string; order: LlmLeaf['x-llm'] }[] {
  const found: { pointer: string; order: LlmLeaf['x-llm'] }[] = []
  const collect = (root: Json, at: string) => { visitLeaves(root, at, (leaf, pointer) => { if (isLlmLeaf(leaf)) found.push({ pointer, order: leaf['x-llm'] }) }) }
  for (const [name, { spec }] of Object.entries(artifact.resources)) collect(spec, `/resources/${name}/spec`)
  for (const table of ['prompts', 'documents'] as const) artifact.initialization[table].forEach((row, index) => { collect(toJson(row), `/initialization/${table}/${String(index)}`) })
  return found
}
