import { DomainError } from '../../contracts/errors.ts'
import { operations } from '../../contracts/operations.ts'
import { demand } from '../auth/rights.ts'
import type { ApiContext } from '../context.ts'
import { change } from './change.ts'
import { retrieve } from './retrieve.ts'
import type { Outcome, Task } from './task.ts'

const needs = { retrieve: operations.getTemplate, create: operations.createTemplate, update: operations.updateTemplate, delete: operations.deleteTemplate }

/** Carries the request out with the user's permissions. Throws what the API would refuse. */
export async function perform(ctx: ApiContext, task: Task): Promise<Outcome> {
  const { operation } = task.request
  demand(ctx, task.asker, needs[operation].access, `To ${operation}`)
  try {
    return operation === 'retrieve' ? await retrieve(ctx, task) : await change(ctx, task)
  } catch (error) {
    throw error instanceof DomainError && error.code === '400.request_invalid' ? inParameters(error) : error
  }
}

/** What the operation's body, path and query are here, the parameters are. */
const inParameters = ({ code, message, errors }: DomainError): DomainError =>
  new DomainError(code, message.replace(/^The (body|query|path)/, 'The parameters').replace('does not', 'do not'), { errors: errors.map(({ pointer, message: why }) => ({ pointer: `/parameters${pointer.replace(/^\/(query|path)(?=\/)/, '')}`, message: why })) })
