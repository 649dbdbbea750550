import { Gauge } from 'prom-client'
import type { Registry } from 'prom-client'

/** One gauge, and its values in a reading; where there is no value it is left out. */
export interface Read<T> {
  name: string
  help: string
  labelNames?: readonly string[]
  values(reading: T): { labels?: Record<string, string | number>; value: number | null }[]
}

/** Gauges that one reading fills whenever they are scraped. What cannot be read leaves them out. */
export function addGauges<T>(registry: Registry, read: () => Promise<T | undefined>, gauges: readonly Read<T>[]): void {
  let going: Promise<T | undefined> | undefined
  // All gauges of a registry are asked at the same moment.
  const once = (): Promise<T | undefined> => (going ??= read().catch(() => undefined).finally(() => { going = undefined }))
  for (const { name, help, labelNames = [], values } of gauges) {
    new Gauge({
      name, help, labelNames: [...labelNames], registers: [registry],
      async collect() {
        const reading = await once()
        this.reset()
        if (labelNames.length === 0) this.remove()
        for (const { labels = {}, value } of reading === undefined ? [] : values(reading)) if (value !== null) this.set(labels, value)
      },
    })
  }
}
