/** Whole characters only, at most `length` of UTF-16, as most vendors count. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const shorter = text.slice(0, length)
  return shorter.isWellFormed() ? shorter : shorter.slice(0, -1)
}
