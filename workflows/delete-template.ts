import type { DeleteInput, DeleteResult } from '../contracts/workflow.ts'
import { records } from './activity-proxies.ts'

/** Deletes a template for a request that may come again: the run's id makes it one. */
export const deleteTemplate = (input: DeleteInput): Promise<DeleteResult> => records.removeTemplate(input)
