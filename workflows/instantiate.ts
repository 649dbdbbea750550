import type { InstantiateInput, InstantiateResult } from '../contracts/workflow.ts'
import { records } from './activity-proxies.ts'

/** Renders a project's files: answers where they lie for the asker. */
export async function instantiateProject(input: InstantiateInput): Promise<InstantiateResult> {
  return records.renderInstance(input)
}
