import { createHash } from 'node:crypto'
import { ignoredFiles, ignoredFolders, placeholder, randomFrom, rules } from './rules.mjs'

/** Shannon's entropy: how many bits a character of this text carries. */
export function entropy(text) {
  const counts = new Map()
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}

/** The same secret in another file has the same fingerprint; the secret cannot be read from it. */
export const fingerprint = (secret) => createHash('sha256').update(secret).digest('hex').slice(0, 12)

export const isIgnored = (path) => ignoredFiles.test(path) || ignoredFolders.some((folder) => path.startsWith(`${folder}/`))

const applies = (rule, secret) => !(rule.placeholders && placeholder.test(secret)) && !(rule.random && entropy(secret) < randomFrom)

function inLine(line) {
  if (/secret-scan: allow\b/.test(line)) return []
  const found = rules.flatMap((rule) => [...line.matchAll(rule.pattern)].map((match) => ({ rule: rule.name, secret: match[rule.value ?? 0], applies: rule })))
  const real = found.filter(({ applies: rule, secret }) => applies(rule, secret))
  // A vendor's rule says more than the general one about the same text.
  return real.filter((one, index) => !real.some((other, before) => before < index && (other.secret.includes(one.secret) || one.secret.includes(other.secret))))
}

/** The secrets of one text, each with its line. Binary content has none. */
export function findSecrets(path, text) {
  if (isIgnored(path) || text.includes('\0')) return []
  return text.split(/\r?\n/).flatMap((line, index) => inLine(line).map(({ rule, secret }) => ({ path, line: index + 1, rule, start: secret.slice(0, 4), length: secret.length, fingerprint: fingerprint(secret) })))
}

export const describe = ({ path, line, rule, start, length, fingerprint: print }) => `${path}:${line}: ${rule} ${start}…(${length} characters) fingerprint ${print}`
