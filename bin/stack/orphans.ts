import { setTimeout as sleep } from 'node:timers/promises'
import { leftovers } from './home.ts'

/** Ends what an earlier start of this home left running, where the kernel did not do so when its supervisor was killed. */
export async function endLeftovers(folder: string, say: (line: string) => void): Promise<void> {
  // PostgreSQL is taken over by its data folder, which also finds its sessions.
  const find = () => leftovers(folder).filter(({ name }) => name !== 'postgres')
  const found = find()
  if (found.length === 0) return
  say(`Ending what an earlier start left running: ${found.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`)
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const { pid } of find()) {
      try {
        process.kill(pid, signal)
      } catch {
        // Gone in the meantime.
      }
    }
    for (const deadline = Date.now() + 5_000; find().length > 0 && Date.now() < deadline; ) await sleep(50)
  }
}
