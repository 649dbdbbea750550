import type { Response } from 'express'

export interface Limits {
  /** Requests within a window; HighLevel: 100 within 10 s, per location. */
  burst: number
  windowMs: number
  /** Requests within a day; HighLevel: 200 000. */
  daily: number
}

export const vendorLimits: Limits = { burst: 100, windowMs: 10_000, daily: 200_000 }

export interface Quota {
  remaining: number
  dailyRemaining: number
}

export const msPerDay = 86_400_000

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
