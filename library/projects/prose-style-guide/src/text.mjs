/** Blanks out what is no prose, sign by sign, so that places stay where they are. */
const blank = (text) => text.replace(/[^\n]/g, ' ')

export function proseOf(source) {
  return source
    .replace(/^---\n[\s\S]*?\n---\n/, blank)
    .replace(/<!-- prose off -->[\s\S]*?(<!-- prose on -->|$)/g, blank)
    .replace(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2[^\n]*$/gm, blank)
    .replace(/^>.*$/gm, blank)
    .replace(/`[^`\n]*`/g, (code) => 'x'.padEnd(code.length, ' '))
    .replace(/<[^>\n]+>/g, blank)
    .replace(/(\]\()([^)\s]+)(\))/g, (_, open, target, close) => blank(open + target + close))
    .replace(/https?:\/\/\S+/g, blank)
}

/** Which rules each line allows. */
export const allowances = (source) => source.split('\n').map((line) => [...line.matchAll(/<!-- prose allow ([\w ,-]+?) -->/g)].flatMap(([, names]) => names.split(/[ ,]+/)))

export function placeOf(text, offset) {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1).length + 1 }
}

/** Sentences with where each begins. Table rows and headings end sentences, too; abbreviations and versions do not. */
export function sentencesOf(prose) {
  const found = []
  const pattern = /[^.!?\n|]+(?:(?:\n(?!\s*(?:\n|[-*|#>]|\d+\.))|[.!?](?![\s)*"'’]|$)|(?<=\b(?:e\.g|i\.e|etc|vs|no|approx))\.|:)[^.!?\n|]*)*[.!?]?/gm
  for (const match of prose.matchAll(pattern)) if (/\p{L}/u.test(match[0])) found.push({ text: match[0].trim(), offset: match.index + match[0].search(/\S/) })
  return found
}

export const wordsOf = (sentence) => sentence.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []
