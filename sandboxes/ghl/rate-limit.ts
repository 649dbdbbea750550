import type { SandboxStore } from '../kernel.ts'
import { msPerDay } from './limits.ts'
import type { Limits, Quota } from './limits.ts'

export interface Limiter {
  /** Counts a request if there is room for it; a refused one costs nothing. */
  take(location: string, dailyOrdered: unknown): { allowed: boolean; quota: Quota }
  full: Quota
}

/** A sliding window per location; forgotten when the sandbox is reset. */
export function createLimiter({ burst, windowMs, daily }: Limits, store: SandboxStore): Limiter {
  const recent = new Map<string, number[]>()
  const today = new Map<string, { day: number; used: number }>()

  function forgetAfterReset(): void {
    if (store.get('limiter', 'running') !== undefined) return
    recent.clear()
    today.clear()
    store.put('limiter', 'running', {})
  }

  return {
    full: { remaining: burst, dailyRemaining: daily },
    take(location, dailyOrdered) {
      forgetAfterReset()
      const now = Date.now()
      const day = Math.floor(now / msPerDay)
      const within = (recent.get(location) ?? []).filter((at) => at > now - windowMs)
      const counted = today.get(location)
      const used = counted?.day === day ? counted.used : 0
      const left = typeof dailyOrdered === 'number' ? dailyOrdered : daily - used
      const allowed = within.length < burst && left > 0
      if (allowed) within.push(now)
      recent.set(location, within)
      today.set(location, { day, used: allowed ? used + 1 : used })
      return { allowed, quota: { remaining: burst - within.length, dailyRemaining: Math.max(0, allowed ? left - 1 : left) } }
    },
  }
}
