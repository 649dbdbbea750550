import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { exitOf, launch } from '../../bin/stack/child.ts'
import { acquireLock } from '../../bin/stack/lock.ts'
import { startNodeProcess } from '../../bin/stack/node-process.ts'

let home: string
beforeEach(() => { home = mkdtempSync(join(tmpdir(), 'slipway-lock-')) })
afterEach(() => { rmSync(home, { recursive: true, force: true }) })

/** A process that takes the lock, and then does the rest. */
function holderThat(rest: string, platform: NodeJS.Platform): string {
  const script = join(home, 'hold.ts')
  writeFileSync(script, `import { acquireLock } from ${JSON.stringify(join(import.meta.dirname, '../../bin/stack/lock.ts'))}
if ((await acquireLock(${JSON.stringify(home)}, ${JSON.stringify(platform)})) === undefined) throw new Error('somebody has it')
${rest}`)
  return script
}

async function startHolder(platform: NodeJS.Platform) {
  const script = holderThat(`process.send?.({ type: 'ready' })\nsetInterval(() => undefined, 1000)`, platform)
  return startNodeProcess({ name: 'holder', script, env: process.env, log: () => undefined })
}

async function killHolder(platform: NodeJS.Platform): Promise<void> {
  const holder = await startHolder(platform)
  process.kill(holder.pid, 'SIGKILL')
  await holder.exited
}

// The socket of macOS is one that Linux can make as well.
describe.each<NodeJS.Platform>([process.platform, 'darwin'])('the lock of a home, on %s', (platform) => {
  test('is one, which is free again the moment its holder is killed', async () => {
    const holder = await startHolder(platform)
    expect(await acquireLock(home, platform)).toBeUndefined()
    expect(await acquireLock(home, platform)).toBeUndefined()
    process.kill(holder.pid, 'SIGKILL')
    await holder.exited
    const lock = await acquireLock(home, platform)
    expect(lock).toBeDefined()
    expect(await acquireLock(home, platform)).toBeUndefined()
    await lock?.release()
  })

  test('is free again when its holder ends without giving it back', async () => {
    expect(await exitOf(launch(process.execPath, [holderThat('process.exit(0)', platform)], { env: process.env, onLine: () => undefined }))).toMatchObject({ code: 0 })
    const lock = await acquireLock(home, platform)
    expect(lock).toBeDefined()
    await lock?.release()
    const again = await acquireLock(home, platform)
    expect(again).toBeDefined()
    await again?.release()
  })

  test('goes to one alone of several who come for a dead holder at once', async () => {
    await killHolder(platform)
    const locks = (await Promise.all(Array.from({ length: 8 }, () => acquireLock(home, platform)))).filter((lock) => lock !== undefined)
    expect(locks).toHaveLength(1)
    await locks[0]?.release()
  })
})
