import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkedArtifact } from '../../activities/check-template.ts'
import { readFolder } from '../../activities/read-directory.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { providers } from '../../providers/registry.ts'

/** A shipped project template, or why it is none. */
export interface Template {
  name: string
  artifact?: TemplateArtifact
  problem?: string
}

/** A folder as an import reads it; throws the import's refusal. */
export async function readTemplate(folder: string): Promise<TemplateArtifact> {
  const directory = await readFolder(folder)
  if (directory === undefined) throw new Error(`${folder} is no folder`)
  return checkedArtifact({ registry: providers }, { kind: 'project' }, { directory })
}

const projects = fileURLToPath(new URL('../../library/projects', import.meta.url))

export async function readLibrary(): Promise<Template[]> {
  const names = readdirSync(projects, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(names.sort().map(async (name) => {
    try {
      return { name, artifact: await readTemplate(`${projects}/${name}`) }
    } catch (error) {
      return { name, problem: String(error) }
    }
  }))
}
