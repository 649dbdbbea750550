import { accountOperations } from './operations/accounts.ts'
import { deploymentOperations } from './operations/deployments.ts'
import { qualityOperations } from './operations/quality.ts'
import { recordOperations } from './operations/records.ts'
import { repositoryOperations } from './operations/repository.ts'
import { templateOperations } from './operations/templates.ts'
import { workflowOperations } from './operations/workflows.ts'

/** Every operation of the API by its id. Requests, documentation, handlers and clients all come from this table. */
export const operations = { ...templateOperations, ...deploymentOperations, ...qualityOperations, ...workflowOperations, ...recordOperations, ...accountOperations, ...repositoryOperations }

export type Operations = typeof operations
export type OperationId = keyof Operations
