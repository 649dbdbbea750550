const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const day = 86_400_000
const mostWords = 45

/** What callers of each trade ask most; a receptionist without these answers embarrasses its owner on the first day. */
export const requiredAnswers = {
  dental: ['insurance', 'new patients', 'emergency', 'cancellation'],
  legal: ['fees', 'practice areas', 'legal advice', 'confidentiality'],
  'home-services': ['service area', 'visit fee', 'gas smell', 'warranty'],
  salon: ['late arrival', 'cancellation', 'favorite stylist', 'patch test'],
}
const isAssistant = /digital assistant|asistente digital|assistante digitale|digitale Assistentin|virtual assistant/i

const isZone = (name) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

function spanProblems(spans, at) {
  if (!Array.isArray(spans)) return [`${at}: write a list of spans, [] for closed`]
  const wrong = spans.filter((span) => !/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(span)).map((span) => `${at}: "${span}" is not like "08:30-12:30"`)
  const ends = spans.flatMap((span) => String(span).split('-'))
  return wrong.length > 0 || ends.every((time, index) => index === 0 || time > ends[index - 1]) ? wrong : [`${at}: ${spans.join(', ')} overlap, or stand in the wrong order`]
}

const serviceProblems = ({ name, minutes, book, noticeHours, price, priceHoldsUntil }, today) => [
  ...(Number.isInteger(minutes) && minutes > 0 ? [] : [`services: ${name} has no length in minutes`]),
  ...(book === true && !(noticeHours >= 0) ? [`services: ${name} can be booked, so say noticeHours`] : []),
  ...(price !== undefined && !(priceHoldsUntil >= today) ? [`services: the price of ${name} needs a priceHoldsUntil that is not over`] : []),
]

function answerProblems([question, { say, ask }]) {
  if (ask === true) return []
  if (typeof say !== 'string' || say.trim() === '') return [`answers: "${question}" says nothing: write say, or ask: true`]
  const words = say.trim().split(/\s+/).length
  return [
    ...(words > mostWords ? [`answers: "${question}" has ${words} words; nobody listens to more than ${mostWords}`] : []),
    ...(/https?:|www\.|\.com\b|[\n•]/.test(say) ? [`answers: "${question}" cannot be spoken: no addresses, no lists`] : []),
  ]
}

/** Everything that is missing in the facts or contradicts itself. */
export function checkFacts(facts, now = new Date()) {
  const today = now.toISOString().slice(0, 10)
  const last = Object.keys(facts.exceptions ?? {}).sort().at(-1) ?? ''
  const ahead = new Date(now.getTime() + 60 * day).toISOString().slice(0, 10)
  const answers = facts.answers ?? {}
  return [
    ...(isZone(facts.timeZone) ? [] : [`timeZone: ${facts.timeZone} is no time zone`]),
    ...(/^\+[1-9]\d{7,14}$/.test(facts.person ?? '') ? [] : ['person: needs a number in international form']),
    ...days.flatMap((name) => spanProblems(facts.hours?.[name], `hours.${name}`)),
    ...Object.entries(facts.exceptions ?? {}).flatMap(([date, spans]) => spanProblems(spans, `exceptions.${date}`)),
    ...(last >= ahead ? [] : [`exceptions: end ${last === '' ? 'before they begin' : `on ${last}`}; enter holidays up to ${ahead} or later`]),
    ...(facts.services ?? []).flatMap((service) => serviceProblems(service, today)),
    ...((facts.urgent ?? []).length > 0 ? [] : ['urgent: name what must reach a person at once']),
    ...(requiredAnswers[facts.industry] ?? []).filter((question) => !answers[question]).map((question) => `answers: "${question}" is asked in every ${facts.industry} business`),
    ...Object.entries(answers).flatMap(answerProblems),
    ...Object.entries(facts.greetings ?? {}).filter(([, text]) => !isAssistant.test(text)).map(([language]) => `greetings.${language}: must say that it is a digital assistant`),
    ...(Object.keys(facts.greetings ?? {}).length > 0 ? [] : ['greetings: there is none']),
  ]
}

/** Whether it is open at a local time such as 2026-12-24T11:00. */
export function isOpen({ hours, exceptions = {} }, local) {
  const [date, time] = local.split('T')
  const weekday = days[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]
  return (exceptions[date] ?? hours[weekday]).some((span) => {
    const [from, to] = span.split('-')
    return time >= from && time < to
  })
}
