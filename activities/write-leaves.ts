import { Context } from '@temporalio/activity'
import { z } from 'zod'
import { DomainError } from '../contracts/errors.ts'
import type { CustomizeInput } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { createExpressions } from '../domain/expressions.ts'
import { writeTexts } from '../providers/llm/write.ts'
import { ProviderError } from '../providers/provider.ts'
import type { ActivityContext } from './context.ts'
import { openAccount } from './accounts.ts'
import { readCustomization } from './customization.ts'
import { writtenTexts } from './customize-template.ts'
import { cancellation } from './failures.ts'
import { withHeartbeat } from './heartbeat.ts'
import { llmLeaves } from './llm-leaves.ts'

/** The model answered, but no text: the template's author can do something about it, waiting cannot. */
const noText = new Set(['refusal', 'length', 'content_filter', 'invalid_answer'])

/** Where the texts lie that an earlier try was given. */
const reached = z.string().optional().catch(undefined)

/** Asks the model for every leaf it is to write; secrets never go to it. Answers where the texts lie. What is written stays so when a later one fails. */
export function writeLeaves(ctx: ActivityContext, input: CustomizeInput): Promise<string> {
  const context = Context.current()
  let ref = reached.parse(context.info.heartbeatDetails)
  const store = (texts: Record<string, string>) => inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, texts))
  const keep = async (texts: Record<string, string>) => {
    ref = await store(texts)
    context.heartbeat(ref)
  }
  return withHeartbeat(async () => store(await write(ctx, input, ref, keep)), () => ref)
}

async function write(ctx: ActivityContext, input: CustomizeInput, ref: string | undefined, keep: (texts: Record<string, string>) => Promise<void>): Promise<Record<string, string>> {
  const { customization, account, known } = await inTenant(ctx.db, input.tenantId, async (tx) => ({
    customization: await readCustomization(ctx, tx, input),
    account: await openAccount(ctx, tx, { provider: 'llm' }, cancellation()),
    known: ref === undefined ? {} : writtenTexts.parse(await readBlob(tx, ctx.vault, input.tenantId, ref)),
  }))
  const { version, variables, kb } = customization
  const expressions = createExpressions(version.artifact.delimiters)
  const scope = { variables, kb, resources: {} }
  const requests = llmLeaves(version).map(({ pointer, order }) => ({
    pointer,
    instruction: expressions.isExpression(order.instruction) ? String(expressions.render(order.instruction, scope)) : order.instruction,
    ...(order.maxLength === undefined ? {} : { maxLength: order.maxLength }),
    ...(order.model === undefined ? {} : { model: order.model }),
    variables,
    documents: Object.entries(kb).map(([title, content]) => ({ title, content })),
  }))
  return writeTexts(account, requests, known, keep).catch((error: unknown) => {
    throw error instanceof ProviderError && noText.has(error.details.vendorCode ?? '') ? new DomainError('422.llm_failed', error.message) : error
  })
}
