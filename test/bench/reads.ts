import { fileURLToPath } from 'node:url'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import { arenaOf, post } from './arena.ts'
import type { Part } from './part.ts'
import type { LoadOrder } from './replay/load.ts'
import { countOps } from './replay/recording.ts'
import { compare, interleave } from './statistics.ts'

/** Requests per second that one address answers to a process of its own. */
async function load(order: LoadOrder): Promise<number> {
  const { info, exited } = await startNodeProcess<{ perSecond: number }>({ name: 'load', script: fileURLToPath(new URL('replay/load.ts', import.meta.url)), args: [JSON.stringify(order)], env: process.env, log: () => undefined })
  await exited
  return info.perSecond
}

export const reads: Part = {
  name: 'e', title: 'reading one deployment',
  async run(ctx) {
    const { agency, product, bare, temporal, recording } = await arenaOf(ctx)
    const { apiUrl } = product.stack()
    const [subject] = await agency.subjects(1)
    if (!subject) throw new Error('nothing to deploy')
    const { recordId } = await post<{ recordId: string }>(`${apiUrl}/api/v1/templates/${agency.templateId}/deploy`, { planId: subject.planId }, agency.tenant.token)
    await temporal.workflow.getHandle(`deploy:${subject.planId}`).result()
    const shape = { connections: 16, warmMs: ctx.tiny ? 50 : 1_000, ms: ctx.tiny ? 200 : 3_000 }
    const rounds = await interleave(
      ctx.rounds,
      () => load({ ...shape, url: `${apiUrl}/api/v1/deployments/${recordId}`, token: agency.tenant.token }),
      () => load({ ...shape, url: `${bare}/read/${recordId}/${subject.planId}` }),
    )
    const { ratio, spread, ours, baseline } = compare(rounds)
    const { statements } = countOps(recording.read.api)
    return [{ name: '(e) GET /deployments/{id} per second', ratio, aim: { least: 0.7 }, ours: `${ours.toFixed(0)} /s`, baseline: `${baseline.toFixed(0)} /s`, spread, limit: `${String(statements)} statements each` }]
  },
}
