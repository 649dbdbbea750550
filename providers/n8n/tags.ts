import { ProviderError } from '../provider.ts'
import { tagAnswer } from './answers.ts'
import type { WorkflowAnswer } from './answers.ts'
import type { N8nClient } from './client.ts'

/** Adds tags by name, making those that the instance lacks. Tags that people gave the workflow stay. */
export async function addTags(client: N8nClient, workflow: WorkflowAnswer, names: readonly string[]): Promise<void> {
  const present = workflow.tags ?? []
  const missing = names.filter((name) => present.every((tag) => tag.name !== name))
  if (missing.length === 0) return
  const known = await client.list('/tags', tagAnswer)
  const ids = present.map(({ id }) => id)
  for (const name of missing) {
    const id = known.find((tag) => tag.name === name)?.id ?? (await createTag(client, name))
    ids.push(id)
  }
  await client.send('PUT', `/workflows/${workflow.id}/tags`, tagAnswer.array(), ids.map((id) => ({ id })))
}

/** A name is unique in an instance: 409 means that another deployment was quicker. */
async function createTag(client: N8nClient, name: string): Promise<string> {
  try {
    return (await client.send('POST', '/tags', tagAnswer, { name })).id
  } catch (error) {
    if (!(error instanceof ProviderError) || error.details.status !== 409) throw error
    const made = (await client.list('/tags', tagAnswer)).find((tag) => tag.name === name)
    if (!made) throw error
    return made.id
  }
}
