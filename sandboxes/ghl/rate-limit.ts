import type { Response } from 'express'
import type { SandboxStore } from '../kernel.ts'

export interface Limits {
  /** Requests within a window; HighLevel: 100 within 10 s, per location. */
  burst: number
  windowMs: number
  /** Requests within a day; HighLevel: 200 000. */
  daily: number
}

export const vendorLimits: Limits = { burst: 100, windowMs: 10_000, daily: 200_000 }

interface Quota {
  remaining: number
  dailyRemaining: number
}

export interface Limiter {
  /** Counts a request if there is room for it; a refused one costs nothing. */
  take(location: string, dailyOrdered: unknown): { allowed: boolean; quota: Quota }
  full: Quota
}

const msPerDay = 86_400_000

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

/** The six headers that every answer carries; a 429 says no more than they do. The daily reset is in milliseconds from now. */
export function setLimitHeaders(res: Response, { burst, windowMs, daily }: Limits, { remaining, dailyRemaining }: Quota): void {
  res.set({
    'X-RateLimit-Max': String(burst),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Interval-Milliseconds': String(windowMs),
    'X-RateLimit-Limit-Daily': String(daily),
    'X-RateLimit-Daily-Remaining': String(dailyRemaining),
    'X-RateLimit-Daily-Reset': String(msPerDay - (Date.now() % msPerDay)),
  })
}
