import { rmSync } from 'node:fs'
import { shared } from './shared.ts'

const teardown = async (): Promise<void> => {
  await (globalThis as unknown as { slipwayTestPostgres?: { stop(): Promise<void> } }).slipwayTestPostgres?.stop()
  rmSync(shared().folder, { recursive: true, force: true })
}

export default teardown
