import { templateArtifact } from '../../contracts/artifact.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { wrapExport } from '../../domain/content.ts'
import { renderArtifact } from '../../domain/render.ts'
import type { Part } from './part.ts'
import { compare, interleave } from './statistics.ts'

const variables = { company: 'Dental Nord', greeting: 'Guten Tag', timezone: 'Europe/Berlin', hours: { from: 8, to: 17 } }

/** Code, prompts and mappings, as long as those of real nodes; every sixth node says something of the client's. */
const nodeAt = (index: number): JsonObject => ({
  id: `5f2e7c1a-0c55-4c3e-9a3b-${String(index).padStart(12, '0')}`, name: `Step ${String(index)}`, type: index % 3 === 0 ? 'n8n-nodes-base.code' : 'n8n-nodes-base.set', typeVersion: 2, position: [index * 220, 0],
  parameters: index % 3 === 0
    ? { mode: 'runOnceForAllItems', language: 'javaScript', jsCode: `const items = $input.all()\n${'for (const item of items) { item.json.total = Number(item.json.amount) * (1 + item.json.rate / 100) }\n'.repeat(8)}return items` }
    : {
        mode: 'manual', duplicateItem: false, options: { dotNotation: true, ignoreConversionErrors: false },
        assignments: { assignments: ['name', 'phone', 'source', 'consent', 'language', 'appointment'].map((field, at) => ({ id: `a-${String(index)}-${String(at)}`, name: field, type: 'string', value: `={{ $json.body.${field} || $('Step ${String(at)}').item.json.${field} }}` })) },
        note: index % 6 === 1 ? 'Calls for ${{ variables.company }} between ${{ variables.hours.from }} and ${{ variables.hours.to }} o\'clock' : 'Calls outside of business hours are written down and answered the next morning',
      },
})

/** A raw export of about 200 KB, imported; then its author put some variables in. */
export function largeWorkflow(): { artifact: TemplateArtifact; text: string } {
  const nodes: JsonObject[] = []
  while (JSON.stringify(nodes).length < 185_000) nodes.push(nodeAt(nodes.length))
  const connections = Object.fromEntries(nodes.slice(1).map((_, index) => [`Step ${String(index)}`, { main: [[{ node: `Step ${String(index + 1)}`, type: 'main', index: 0 }]] }]))
  const exported: JsonObject = { name: 'Intake of ${{ variables.company }}', nodes, connections: connections as JsonObject, settings: { executionOrder: 'v1', timezone: '${{ variables.timezone }}' }, active: false }
  const { delimiters: _, ...wrapped } = wrapExport(exported)
  return { artifact: templateArtifact.parse({ ...wrapped, name: 'intake', variables: { type: 'object', additionalProperties: true } }), text: JSON.stringify(exported) }
}

/** Milliseconds of one, over as many as fill the time. */
function each(forMs: number, work: () => unknown): number {
  let count = 0
  const began = performance.now()
  do {
    work()
    count += 1
  } while (performance.now() - began < forMs)
  return (performance.now() - began) / count
}

export const rendering: Part = {
  name: 'f', title: 'rendering a 200 KB n8n workflow',
  async run(ctx) {
    const { artifact, text } = largeWorkflow()
    const render = (): unknown => {
      const { rendering: done, problems } = renderArtifact({ artifact, variables: variables as unknown as Record<string, Json>, secrets: new Set(), kb: {} })
      if (problems.length > 0) throw new Error(JSON.stringify(problems))
      return done
    }
    const copy = (): unknown => JSON.stringify(JSON.parse(text))
    const ms = ctx.tiny ? 20 : 500
    for (const warmUp of [render, copy]) each(ms, warmUp)
    const { ratio, spread, ours, baseline } = compare(await interleave(ctx.rounds, () => Promise.resolve(each(ms, render)), () => Promise.resolve(each(ms, copy))))
    return [{ name: `(f) render ${String(Math.round(text.length / 1024))} KB ÷ JSON.parse + stringify`, ratio, aim: { most: 3 }, ours: `${ours.toFixed(2)} ms`, baseline: `${baseline.toFixed(2)} ms`, spread }]
  },
}
