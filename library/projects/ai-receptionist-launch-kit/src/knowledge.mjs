const bullet = (text) => `- ${text}`
const spoken = (spans) => (spans.length === 0 ? 'closed' : spans.map((span) => span.replace('-', ' to ')).join(' and '))

const service = ({ name, minutes, book, noticeHours, price }) => [
  `${name}: ${minutes} minutes`,
  book ? `can be booked${noticeHours > 0 ? `, ${noticeHours} hours ahead` : ', also at short notice'}` : 'is not booked on the phone: take a message',
  price ? `costs ${price}` : 'do not name a price',
].join('; ')

const afterHours = { message: 'take a message', book: 'book as usual, and say that the team confirms in the morning', transfer: 'transfer to the person' }

/** The knowledge base as text: short paragraphs with a heading each, so that a search finds the right one. */
export const toKnowledge = (facts) => [
  `# ${facts.business}`,
  `## Opening hours (${facts.timeZone})\n${Object.entries(facts.hours).map(([name, spans]) => bullet(`${name}: ${spoken(spans)}`)).join('\n')}`,
  `## Days that differ\n${Object.entries(facts.exceptions).map(([date, spans]) => bullet(`${date}: ${spoken(spans)}`)).join('\n')}`,
  `## After closing time\n${bullet(afterHours[facts.afterHours])}`,
  `## Services\n${facts.services.map(service).map(bullet).join('\n')}`,
  `## Urgent: transfer to ${facts.person} at once\n${facts.urgent.map(bullet).join('\n')}`,
  ...Object.entries(facts.answers).map(([question, { say }]) => `## ${question}\n${say ?? 'Nobody has told me. Take a message.'}`),
].join('\n\n') + '\n'
