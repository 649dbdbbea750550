/**
 * What a consumer of the old schema could stumble over in events of the new one, in sentences.
 * Every event of the new version must be readable by who knows the old: fields may be added, and promises made stricter, never looser.
 */
export function breaks(before, after, at = 'data') {
  return [...typeBreaks(before, after, at), ...choiceBreaks(before, after, at), ...boundBreaks(before, after, at), ...objectBreaks(before, after, at), ...itemBreaks(before, after, at)]
}

const listOf = (value) => (value === undefined ? [] : [value].flat())

function typeBreaks(before, after, at) {
  const [old, now] = [listOf(before.type), listOf(after.type)]
  const fits = (type) => old.includes(type) || (type === 'integer' && old.includes('number'))
  if (old.length === 0) return []
  if (now.length === 0) return [`${at}: was ${old.join(' or ')} and may be anything now`]
  return now.filter((type) => !fits(type)).map((type) => `${at}: may be ${type} now, was ${old.join(' or ')}`)
}

function choiceBreaks(before, after, at) {
  const [old, now] = [before, after].map((schema) => (schema.const !== undefined ? [schema.const] : schema.enum))
  if (old === undefined) return []
  if (now === undefined) return [`${at}: was one of ${old.join(', ')} and may be anything now`]
  return now.filter((value) => !old.includes(value)).map((value) => `${at}: may be ${JSON.stringify(value)} now, which nobody knows`)
}

const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems']
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems']

function boundBreaks(before, after, at) {
  const looser = (names, isLooser) => names.filter((name) => before[name] !== undefined && (after[name] === undefined || isLooser(after[name], before[name]))).map((name) => `${at}: ${name} was ${before[name]} and is ${after[name] ?? 'gone'}`)
  const texts = ['format', 'pattern'].filter((name) => before[name] !== undefined && before[name] !== after[name]).map((name) => `${at}: ${name} was ${before[name]} and is ${after[name] ?? 'gone'}`)
  return [...looser(lower, (now, old) => now < old), ...looser(upper, (now, old) => now > old), ...texts]
}

function objectBreaks(before, after, at) {
  const [old, now] = [before.properties ?? {}, after.properties ?? {}]
  return [
    ...(before.required ?? []).filter((name) => !(after.required ?? []).includes(name)).map((name) => `${at}.${name}: was always there and may be missing now`),
    ...Object.keys(old).filter((name) => !(name in now)).map((name) => `${at}.${name}: is gone`),
    ...Object.keys(now).filter((name) => !(name in old) && before.additionalProperties === false).map((name) => `${at}.${name}: is new, and others were ruled out`),
    ...Object.keys(old).filter((name) => name in now).flatMap((name) => breaks(old[name], now[name], `${at}.${name}`)),
  ]
}

const itemBreaks = (before, after, at) => (before.items === undefined ? [] : breaks(before.items, after.items ?? {}, `${at}[]`))
