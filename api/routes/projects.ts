import { instantiateProject } from '../stages.ts'
import type { Handlers } from './index.ts'

export const projects: Pick<Handlers, 'instantiateTemplate'> = {
  instantiateTemplate: async (ctx, call) => {
    const { blobRef } = await instantiateProject(ctx, call, call.params.id, call.body)
    return { status: 200, body: { archive: { folder: call.body.projectName, from: { blob: blobRef } } } }
  },
}
