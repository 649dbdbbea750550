import { join } from 'node:path'
import { ghlSandbox } from './ghl.ts'
import { startSandbox } from './kernel.ts'
import type { RunningSandbox, SandboxDefinition } from './kernel.ts'
import { llmSandbox } from './llm.ts'
import { n8nSandbox } from './n8n.ts'
import { retellSandbox } from './retell.ts'
import { supabaseSandbox } from './supabase.ts'
import type { SupabaseSandboxOptions } from './supabase.ts'

export type SandboxName = 'retell' | 'n8n' | 'ghl' | 'llm' | 'supabase'

export interface SandboxesOptions {
  /** One SQLite file per sandbox is kept here. */
  stateDir: string
  /** A sandbox without a port takes a free one. */
  ports?: Partial<Record<SandboxName, number>>
  /** Left out where there is no PostgREST for the platform: then there is no Supabase sandbox. */
  supabase?: SupabaseSandboxOptions | undefined
}

export interface RunningSandboxes {
  /** Bare origins such as http://127.0.0.1:4010. */
  origins: Record<Exclude<SandboxName, 'supabase'>, string> & { supabase?: string }
  close(): Promise<void>
}

/** Starts all sandboxes, or none: where one can't start, the others are stopped and its error is thrown. */
export async function startAll({ stateDir, ports, supabase }: SandboxesOptions): Promise<RunningSandboxes> {
  const running: RunningSandbox[] = []
  const close = async () => void (await Promise.all(running.map((sandbox) => sandbox.close())))
  const start = async (name: SandboxName, definition: SandboxDefinition): Promise<string> => {
    const sandbox = await startSandbox(definition, { port: ports?.[name] ?? 0, stateFile: join(stateDir, `${name}.sqlite`) })
    running.push(sandbox)
    return sandbox.url
  }
  try {
    const origins = {
      retell: await start('retell', retellSandbox),
      n8n: await start('n8n', n8nSandbox),
      ghl: await start('ghl', ghlSandbox),
      llm: await start('llm', llmSandbox),
      ...(supabase === undefined ? {} : { supabase: await start('supabase', supabaseSandbox(supabase)) }),
    }
    return { origins, close }
  } catch (error) {
    await close()
    throw error
  }
}
