import { DomainError } from '../contracts/errors.ts'
import type { CustomizeInput } from '../contracts/workflow.ts'
import { putBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { createExpressions } from '../domain/expressions.ts'
import { writeTexts } from '../providers/llm/write.ts'
import { ProviderError } from '../providers/provider.ts'
import type { ActivityContext } from './context.ts'
import { openAccount } from './accounts.ts'
import { readCustomization } from './customization.ts'
import { llmLeaves } from './llm-leaves.ts'

/** The model answered, but no text: the template's author can do something about it, waiting cannot. */
const noText = new Set(['refusal', 'length', 'content_filter', 'invalid_answer'])

/** Asks the model for every leaf it is to write; secrets never go to it. Answers where the texts lie. */
export async function writeLeaves(ctx: ActivityContext, input: CustomizeInput): Promise<string> {
  const { customization, account } = await inTenant(ctx.db, input.tenantId, async (tx) => ({
    customization: await readCustomization(ctx, tx, input),
    account: await openAccount(ctx, tx, { provider: 'llm' }),
  }))
  const { version, variables, kb } = customization
  const expressions = createExpressions(version.artifact.delimiters)
  const scope = { variables, kb, resources: {} }
  const texts = await writeTexts(account, llmLeaves(version).map(({ pointer, order }) => ({
    pointer,
    instruction: expressions.isExpression(order.instruction) ? String(expressions.render(order.instruction, scope)) : order.instruction,
    ...(order.maxLength === undefined ? {} : { maxLength: order.maxLength }),
    ...(order.model === undefined ? {} : { model: order.model }),
    variables,
    documents: Object.entries(kb).map(([title, content]) => ({ title, content })),
  }))).catch((error: unknown) => {
    throw error instanceof ProviderError && noText.has(error.details.vendorCode ?? '') ? new DomainError('422.llm_failed', error.message) : error
  })
  return inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, texts))
}
