export interface Option { value: string; label: string }

export const mostShown = ${{ variables.mostShown }}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()

/** How well a label fits: at its beginning, at the beginning of a word, within; -1: not at all. */
function rank(label: string, query: string): number {
  const text = plain(label)
  if (text.startsWith(query)) return 0
  if (new RegExp(`[^\\p{L}\\p{N}]${query.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}`, 'u').test(text)) return 1
  return text.includes(query) ? 2 : -1
}

/** Options that fit, the best first; those that fit equally well stay in their order. */
export function matching(options: readonly Option[], query: string): Option[] {
  const wanted = plain(query)
  if (wanted === '') return options.slice(0, mostShown)
  return options.map((option) => ({ option, at: rank(option.label, wanted) })).filter(({ at }) => at >= 0).toSorted((a, b) => a.at - b.at).slice(0, mostShown).map(({ option }) => option)
}

/** The option that somebody means who typed its label, however it is written. */
export const exact = (options: readonly Option[], text: string): Option | undefined => options.find(({ label }) => plain(label) === plain(text))
