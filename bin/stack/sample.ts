import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import type { Rest } from './rest.ts'

interface Pipeline {
  status: string
  stages: { name: string; status: string; ids?: Record<string, string>; error?: { code: string; message: string } }[]
  error?: { code: string; message: string }
}

interface Link {
  provider: string
  name: string
  type: string
  external_id: string
  url: string
}

const sampleFile = new URL('../../library/samples/dental-receptionist.yaml', import.meta.url)
const targets = ['retell', 'n8n', 'ghl']

/** Values for the sample's variables: their own defaults or examples where the schema has them, else these. */
const variables: Record<string, unknown> = { companyName: 'Bright Smile Dental', timezone: 'America/New_York' }

export async function anythingDeployed(rest: Rest): Promise<boolean> {
  return (await rest.get<{ items: unknown[] }>('/api/v1/deployments?limit=1')).items.length > 0
}

/** Deploys the sample template to three sandboxes through the public API; answers what exists there because of it. */
export async function deploySample(rest: Rest, say: (line: string) => void): Promise<Link[]> {
  const content: { kind: string; name: string; variables?: Schema } = parse(await readFile(sampleFile, 'utf8'))
  say(`Deploying the sample template ${content.name} to ${targets.join(', ')} (sandboxes) …`)
  const request = { template: { kind: content.kind, name: content.name, content }, client: { name: 'Bright Smile Dental' }, variables: sampleVariables(content.variables), targets }
  const done = await untilDone(rest, await startPipeline(rest, request))
  if (done.status !== 'success') {
    const reason = done.error ?? done.stages.find((stage) => stage.error !== undefined)?.error
    throw new Error(`the sample pipeline ended as ${done.status}: ${reason === undefined ? 'no reason given' : `${reason.code} ${reason.message}`}`)
  }
  const ids = Object.fromEntries(done.stages.flatMap((stage) => Object.entries(stage.ids ?? {})))
  const query = ids['clientId'] === undefined ? `planId=${ids['planId']}` : `clientId=${ids['clientId']}`
  return rest.get<Link[]>(`/templates/${ids['templateId']}/links?${query}`)
}

/** A run that a killed start left behind is the one to wait for. */
async function startPipeline(rest: Rest, request: object): Promise<string> {
  try {
    return (await rest.post<{ pipelineId: string }>('/api/v1/pipelines', request)).pipelineId
  } catch (error) {
    const running = /"pipelineId":"([0-9a-f-]{36})"/.exec(error instanceof Error ? error.message : '')?.[1]
    if (running === undefined) throw error
    return running
  }
}

interface Schema {
  required?: string[]
  properties?: Record<string, { default?: unknown; examples?: unknown[] }>
}

function sampleVariables(schema: Schema = {}): Record<string, unknown> {
  const properties = schema.properties ?? {}
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, { default: standard, examples }]) => {
      const value = variables[name] ?? standard ?? examples?.[0]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

async function untilDone(rest: Rest, pipelineId: string): Promise<Pipeline> {
  const deadline = Date.now() + 120_000
  for (;;) {
    const pipeline = await rest.get<Pipeline>(`/api/v1/pipelines/${pipelineId}`)
    if (pipeline.status !== 'running') return pipeline
    if (Date.now() > deadline) throw new Error(`the sample pipeline ${pipelineId} was not done within 2 minutes`)
    await sleep(200)
  }
}

export function linkTable(links: Link[]): string {
  const rows = [['provider', 'resource', 'external id', 'URL'], ...links.map(({ provider, name, type, external_id, url }) => [provider, `${name} (${type})`, external_id, url])]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => '─'.repeat(width)).concat('───')), ...body.map(line)].join('\n')
}
