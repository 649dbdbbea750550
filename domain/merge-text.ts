import { diffArrays } from 'diff'

/** Lines that both sides changed, differently. */
export interface TextConflict {
  /** Where they begin in our text, from 1. */
  line: number
  ours: string
  theirs: string
}

export type MergedText = { text: string } | { conflicts: TextConflict[] }

/** Lines of the base in whose place there are others. */
interface Hunk {
  start: number
  end: number
  lines: string[]
}

/** Lines that one side may have changed; beyond that, comparing takes too long. */
const mostChanged = 2_000

/**
 * Two changes of one text as one, line by line, as git merges them: changes that touch each other are one place. Undefined where too much was changed.
 */
export function mergeText(base: string, ours: string, theirs: string): MergedText | undefined {
  const lines = linesOf(base)
  const [one, other] = [hunksOf(lines, linesOf(ours)), hunksOf(lines, linesOf(theirs))]
  if (!one || !other) return undefined
  let text: string[] = []
  const conflicts: TextConflict[] = []
  let [at, line] = [0, 1]
  for (const { start, end, ours: here, theirs: there } of placesOf(one, other)) {
    line += start - at
    const [mine, yours] = [applied(lines, start, end, here), applied(lines, start, end, there)]
    if (here.length > 0 && there.length > 0 && mine.join('') !== yours.join('')) conflicts.push({ line, ours: mine.join(''), theirs: yours.join('') })
    text = text.concat(lines.slice(at, start), here.length > 0 ? mine : yours)
    line += mine.length
    at = end
  }
  return conflicts.length > 0 ? { conflicts } : { text: text.concat(lines.slice(at)).join('') }
}

const linesOf = (text: string): string[] => text.split(/(?<=\n)/).filter((line) => line !== '')

function hunksOf(base: string[], now: string[]): Hunk[] | undefined {
  const changes = diffArrays(base, now, { maxEditLength: mostChanged })
  if (!changes) return undefined
  const hunks: Hunk[] = []
  let at = 0
  let open: Hunk | undefined
  for (const { value, added, removed } of changes) {
    if (!added && !removed) open = undefined
    else {
      if (!open) hunks.push(open = { start: at, end: at, lines: [] })
      if (added) open.lines.push(...value)
      else open.end += value.length
    }
    if (!added) at += value.length
  }
  return hunks
}

interface Place {
  start: number
  end: number
  ours: Hunk[]
  theirs: Hunk[]
}

/** The places that either side changed, in their order. */
function placesOf(ours: readonly Hunk[], theirs: readonly Hunk[]): Place[] {
  const places: Place[] = []
  const all = [...ours.map((hunk) => ({ hunk, side: 'ours' as const })), ...theirs.map((hunk) => ({ hunk, side: 'theirs' as const }))]
  for (const { hunk, side } of all.sort((a, b) => a.hunk.start - b.hunk.start)) {
    const last = places.at(-1)
    const place = last && hunk.start <= last.end ? last : { start: hunk.start, end: hunk.end, ours: [], theirs: [] }
    if (place !== last) places.push(place)
    place.end = Math.max(place.end, hunk.end)
    place[side].push(hunk)
  }
  return places
}

/** The base's lines from start to end, as these changes leave them. */
function applied(base: readonly string[], start: number, end: number, hunks: readonly Hunk[]): string[] {
  let lines: string[] = []
  let at = start
  for (const hunk of hunks) {
    lines = lines.concat(base.slice(at, hunk.start), hunk.lines)
    at = hunk.end
  }
  return lines.concat(base.slice(at, end))
}
