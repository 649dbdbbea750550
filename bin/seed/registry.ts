import { listing } from '../../client/listing.ts'
import { ApiError, type Slipway } from '../../client/slipway.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { Registry } from './bring.ts'
import { reasonOf } from './read.ts'

const make = (request: Slipway['request'], artifact: TemplateArtifact) =>
  request('post', '/api/v1/templates', { body: { kind: artifact.kind, content: artifact } })

/** A tenant's registry over the public API. */
export const registryOf = ({ request, templates }: Slipway): Registry => ({
  templates: ({ deleted } = { deleted: false }) => templates.list({ limit: '100', ...(deleted ? { deleted: 'true' } : {}) }),
  versions: (id) => listing((at) => request('get', '/api/v1/templates/{id}/versions', { params: { path: { id }, query: { limit: '100', ...at } } })),
  create: (artifact) => make(request, artifact).catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== '409.version_exists') throw error
    // One that was deleted keeps its versions: as for one that is there, the next number is meant.
    const { version: _taken, ...unnumbered } = artifact
    return make(request, unnumbered)
  }),
  update: (id, artifact) => templates.update(id, { content: artifact }),
})

/** What ends the whole: nobody answers, or whoever asks may not. */
export const refusalOf = (error: unknown): string | undefined =>
  error instanceof ApiError && error.status !== 401 && error.status !== 403 ? reasonOf(error) : undefined
