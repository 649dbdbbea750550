import { arenaOf, post } from './arena.ts'
import type { Arena } from './arena.ts'
import { cpuBetween, cpuOf } from './cpu.ts'
import type { BenchContext, Part, Row } from './part.ts'
import { countOps } from './replay/recording.ts'
import type { Program } from './replay/recording.ts'
import { compare, interleave, median, percentile } from './statistics.ts'
import type { Subject } from './subjects.ts'

/** Starts one and answers the id of its workflow. */
type Start = (subject: Subject) => Promise<string>

const sides = ({ agency, product, bare }: Arena): { ours: Start; baseline: Start } => {
  const { apiUrl } = product.stack()
  return {
    async ours({ planId }) {
      await post(`${apiUrl}/api/v1/templates/${agency.templateId}/deploy`, { planId }, agency.tenant.token)
      return `deploy:${planId}`
    },
    baseline: async (subject) => (await post<{ workflowId: string }>(`${bare}/deploy`, subject)).workflowId,
  }
}

/** All of them, so many at the same time; how long each took, and all together. */
async function carryOut({ temporal, pids }: Arena, start: Start, subjects: readonly Subject[], concurrency: number): Promise<{ eachMs: number[]; allMs: number; cpu: string }> {
  const before = cpuOf(pids())
  const eachMs: number[] = []
  const waiting = [...subjects]
  const began = performance.now()
  await Promise.all(Array.from({ length: concurrency }, async () => {
    for (let subject = waiting.pop(); subject; subject = waiting.pop()) {
      const started = performance.now()
      await temporal.workflow.getHandle(await start(subject)).result()
      eachMs.push(performance.now() - started)
    }
  }))
  return { eachMs, allMs: performance.now() - began, cpu: cpuBetween(before, cpuOf(pids()), subjects.length) }
}

/** Batches of ours and of the baseline in turns, each with plans of its own and empty vendors. */
async function batches(ctx: BenchContext, arena: Arena, { count, concurrency }: { count: number; concurrency: number }) {
  const { ours, baseline } = sides(arena)
  const batch = async (start: Start) => {
    const subjects = await arena.agency.subjects(count)
    await arena.emptySandboxes()
    return carryOut(arena, start, subjects, concurrency)
  }
  // Code that was never run is slower than it will be.
  if (!ctx.tiny) for (const start of [ours, baseline]) await batch(start)
  return interleave(ctx.rounds, () => batch(ours), () => batch(baseline))
}

const told = ({ api, before, after, providers }: Program): string => {
  const all = [...api, ...before, ...Object.values(providers).flat(), ...after]
  const { statements, transactions, requests } = countOps(all)
  return `${String(statements)} statements in ${String(transactions)} transactions, ${String(requests)} requests each`
}

export const throughput: Part = {
  name: 'a', title: 'deployments per second, three providers at once',
  async run(ctx) {
    const arena = await arenaOf(ctx)
    const rounds = await batches(ctx, arena, ctx.tiny ? { count: 2, concurrency: 2 } : { count: 40, concurrency: 20 })
    const perSecond = rounds.map(({ ours, baseline }) => ({ ours: ours.eachMs.length / ours.allMs * 1_000, baseline: baseline.eachMs.length / baseline.allMs * 1_000 }))
    const { ratio, spread, ours, baseline } = compare(perSecond)
    return [{ name: '(a) deployments per second', ratio, aim: { least: 0.85 }, ours: `${ours.toFixed(1)} /s`, baseline: `${baseline.toFixed(1)} /s`, spread, limit: `${told(arena.recording.deploy)}; CPU ms each: ${rounds.at(-1)?.ours.cpu ?? ''} | ${rounds.at(-1)?.baseline.cpu ?? ''}` }]
  },
}

export const latency: Part = {
  name: 'b', title: 'from request to success, one deployment at a time',
  async run(ctx) {
    const rounds = await batches(ctx, await arenaOf(ctx), { count: ctx.tiny ? 2 : 20, concurrency: 1 })
    return [0.5, 0.95].map((p): Row => {
      const { ratio, spread, ours, baseline } = compare(rounds.map((round) => ({ ours: percentile(round.ours.eachMs, p), baseline: percentile(round.baseline.eachMs, p) })))
      return { name: `(b) request to success, p${String(p * 100)}`, ratio, aim: { most: 1.3 }, ours: `${ours.toFixed(1)} ms`, baseline: `${baseline.toFixed(1)} ms`, spread }
    })
  },
}

export const historySize: Part = {
  name: 'd', title: 'history events of one deployment',
  async run(ctx) {
    const arena = await arenaOf(ctx)
    const { ours, baseline } = sides(arena)
    const eventsOf = async (start: Start): Promise<number[]> => {
      const counts: number[] = []
      for (const subject of await arena.agency.subjects(ctx.tiny ? 1 : ctx.rounds)) {
        const handle = arena.temporal.workflow.getHandle(await start(subject))
        await handle.result()
        const { events } = await handle.fetchHistory()
        counts.push(events?.length ?? 0)
      }
      return counts
    }
    const [own, bare] = [await eventsOf(ours), await eventsOf(baseline)]
    return [{ name: '(d) history events per deployment', ratio: median(own), aim: { most: 26 }, ours: String(median(own)), baseline: String(median(bare)), spread: [Math.min(...own), Math.max(...own)] }]
  },
}
