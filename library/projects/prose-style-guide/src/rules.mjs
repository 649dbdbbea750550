import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sentencesOf, wordsOf } from './text.mjs'

const data = (name) => JSON.parse(readFileSync(join(import.meta.dirname, '../rules', name), 'utf8'))
const terms = data('terms.json')
const words = data('words.json')
export const longest = ${{ variables.longest }}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll(' ', '\\s+')
const all = (prose, pattern, message) => [...prose.matchAll(pattern)].map((match) => ({ offset: match.index, message: message(match[0].replace(/\s+/g, ' ')) }))

/** Finds listed words, at word boundaries, whatever their case. */
const listed = (list) => {
  const wanted = Object.fromEntries(Object.entries(list).map(([word, better]) => [word.toLowerCase(), better]))
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}-])(?:${Object.keys(wanted).sort((a, b) => b.length - a.length).map(escape).join('|')})(?![\\p{L}\\p{N}-])`, 'giu')
  return (prose) => (Object.keys(wanted).length === 0 ? [] : all(prose, pattern, (word) => { const better = wanted[word.toLowerCase()]; return `"${word}": ${better ? `use "${better}"` : 'leave it out'}` }))
}

const participle = String.raw`(?:\w+ed|done|made|given|shown|taken|written|sent|set|kept|held|built|found|chosen|known|seen|begun|run)`
const passive = new RegExp(String.raw`\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?${participle}\s+by\b`, 'gi')

/** Each rule takes prose and answers places with a message. */
export const rules = [
  { name: 'terms', level: 'error', find: listed(Object.fromEntries(terms.flatMap(({ use, not }) => not.map((word) => [word, use])))) },
  { name: 'spelling', level: 'error', find: listed(words.spelling) },
  { name: 'inclusive', level: 'error', find: listed(words.inclusive) },
  { name: 'wordy', level: 'warning', find: listed(words.wordy) },
  { name: 'minimising', level: 'warning', find: listed(words.minimising) },
  { name: 'length', level: 'warning', find: (prose) => sentencesOf(prose).flatMap(({ text, offset }) => { const count = wordsOf(text).length; return count > longest ? [{ offset, message: `${count} words: cut it in two` }] : [] }) },
  { name: 'passive', level: 'warning', find: (prose) => all(prose, passive, (found) => `"${found}": say who does it first`) },
  { name: 'repeated', level: 'error', find: (prose) => all(prose, /(?<!\p{L})(\p{L}{2,})\s+\1(?!\p{L})/giu, (found) => `"${found}": one is enough`).filter(({ message }) => !/"(that that|had had)"/i.test(message)) },
  { name: 'links', level: 'error', find: (prose) => all(prose, /\[(?:click here|here|this|link|read more|more)(?=\s|\])/gi, (found) => `"${found.slice(1)}": say where the link leads`) },
${%- if variables.address == "you" %}
  { name: 'address', level: 'warning', find: (prose) => all(prose, /(?<!\p{L})the users?(?!\p{L})/giu, (found) => `"${found}": say "you", if it is the reader`) },
${%- else %}
  { name: 'address', level: 'warning', find: (prose) => all(prose, /(?<!\p{L})(?:you|your|we|our)(?!\p{L})/giu, (found) => `"${found}": stay impersonal`) },
${%- endif %}
]
