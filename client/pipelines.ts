import type { AnswerOf, Ask, BodyOf } from './request.ts'
import { pause } from './retry.ts'

export type Pipeline = AnswerOf<'getPipeline'>

export interface PipelineWatch {
  signal?: AbortSignal
  /** How often to look; default a second. */
  everyMs?: number
}

export interface Pipelines {
  /** All five stages as one run on the service. */
  start(request: BodyOf<'startPipeline'>): Promise<{ pipelineId: string }>
  get(pipelineId: string): Promise<Pipeline>
  /** The pipeline as it is, then again whenever it has changed, until it has ended. */
  watch(pipelineId: string, options?: PipelineWatch): AsyncGenerator<Pipeline, Pipeline>
}

async function* watch(ask: Ask, id: string, { signal, everyMs = 1_000 }: PipelineWatch = {}): AsyncGenerator<Pipeline, Pipeline> {
  for (let before = ''; ; await pause(everyMs, signal)) {
    const pipeline = await ask('get', '/api/v1/pipelines/{id}', { params: { path: { id } }, ...(signal ? { signal } : {}) })
    const now = JSON.stringify(pipeline)
    if (now !== before) yield pipeline
    if (pipeline.status !== 'running') return pipeline
    before = now
  }
}

export const pipelines = (ask: Ask): Pipelines => ({
  start: (body) => ask('post', '/api/v1/pipelines', { body }),
  get: (id) => ask('get', '/api/v1/pipelines/{id}', { params: { path: { id } } }),
  watch: (id, options) => watch(ask, id, options),
})
