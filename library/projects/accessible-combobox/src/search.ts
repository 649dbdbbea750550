import { ${% if variables.source == "server" %}mostShown${% else %}matching${% endif %} } from './matching.ts'
import type { Option } from './matching.ts'

/** Finds options for a text. What comes after a later question is thrown away: `found` is called for the last one alone. */
export interface Search { ask(text: string): void; end(): void }
${% if variables.source == "server" %}
const isOption = (one: unknown): one is Option => typeof one === 'object' && one !== null && typeof (one as Option).value === 'string' && typeof (one as Option).label === 'string'

/** Asks `src?q=…` once nobody has typed for a while. */
export function createSearch(src: string, found: (options: readonly Option[]) => void, failed: (error: unknown) => void, pauseMs = ${{ variables.debounceMs }}): Search {
  let asking = new AbortController()
  const load = async (text: string, signal: AbortSignal): Promise<void> => {
    await new Promise((resolve) => { setTimeout(resolve, pauseMs) })
    if (signal.aborted) return
    try {
      const response = await fetch(`${src}${src.includes('?') ? '&' : '?'}${new URLSearchParams({ q: text, limit: String(mostShown) })}`, { signal, headers: { accept: 'application/json' } })
      const answer: unknown = response.ok ? await response.json() : undefined
      if (!Array.isArray(answer)) throw new Error(`${src} answered ${response.status}, and no list`)
      // The server decides what fits; here only what it must not send is left out.
      if (!signal.aborted) found(answer.filter(isOption).slice(0, mostShown))
    } catch (error) {
      if (!signal.aborted) failed(error)
    }
  }
  return {
    ask(text) {
      asking.abort()
      asking = new AbortController()
      void load(text, asking.signal)
    },
    end: () => { asking.abort() },
  }
}
${% else %}
/** Among the options of the page: at once. */
export function createSearch(options: () => readonly Option[], found: (options: readonly Option[]) => void): Search {
  return { ask: (text) => { found(matching(options(), text)) }, end: () => {} }
}
${% endif -%}
