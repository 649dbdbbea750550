import { SingleBar } from 'cli-progress'

/** How far it is, on a terminal; elsewhere it says nothing. */
export function createBar(): { show(done: number, total: number): void; stop(): void } {
  const bar = new SingleBar({ format: '{bar} {value}/{total}  {eta_formatted}', stream: process.stderr, noTTYOutput: false, hideCursor: true })
  return {
    show(done, total) {
      if (!process.stderr.isTTY) return
      if (done === 0) bar.start(total, done)
      else bar.update(done)
    },
    stop: () => { bar.stop() },
  }
}
