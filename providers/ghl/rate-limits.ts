import { vendorTime } from '../failures.ts'

/** A 429 carries no Retry-After: what is left of the day's quota tells which of the two limits it is. */
export function waitOf(headers: { get(name: string): string | null }, now = vendorTime(headers)): number {
  if (headers.get('x-ratelimit-daily-remaining')?.trim() === '0') return dailyWait(headers.get('x-ratelimit-daily-reset'), now)
  return positive(headers.get('x-ratelimit-interval-milliseconds')) ?? 10_000
}

const minute = 60_000
const day = 86_400_000

/** The header's unit is not documented: an epoch is told from a duration in milliseconds by its size. */
function dailyWait(reset: string | null, now: number): number {
  const number = positive(reset)
  const at = number === undefined ? Date.parse(reset ?? '') : number > 1e12 ? number : number > 1e9 ? number * 1000 : now + number
  return Number.isFinite(at) ? Math.min(day, Math.max(minute, at - now)) : 60 * minute
}

function positive(text: string | null): number | undefined {
  const number = Number(text ?? NaN)
  return Number.isFinite(number) && number > 0 ? number : undefined
}
