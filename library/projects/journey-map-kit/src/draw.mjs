import { isAssumption } from './evidence.mjs'

const column = 240
const margin = { left: 96, top: 96 }
const chart = { top: margin.top + 96, height: 160 }
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Words in lines of at most so many signs. */
export function wrapped(text, most = 30) {
  return text.split(/\s+/).reduce((lines, word) => {
    const last = lines.at(-1)
    if (last !== undefined && `${last} ${word}`.length <= most) return [...lines.slice(0, -1), `${last} ${word}`]
    return [...lines, word]
  }, [])
}

const text = (lines, x, y, attributes = '') => `<text x="${x}" y="${y}"${attributes}>${lines.map((line, index) => `<tspan x="${x}" dy="${index === 0 ? 0 : 18}">${escape(line)}</tspan>`).join('')}</text>`
const heightOf = (feeling) => chart.top + ((2 - feeling) / 4) * chart.height

/** A smooth line through the feelings: level at each of them, so that it never goes beyond. */
export function curve(values) {
  const points = values.map((value, index) => [margin.left + column * (index + 0.5), heightOf(value)])
  return points.map(([x, y], index) => {
    if (index === 0) return `M${x} ${y}`
    const [before, height] = points[index - 1]
    const middle = (before + x) / 2
    return `C${middle} ${height} ${middle} ${y} ${x} ${y}`
  }).join(' ')
}

function cards(stage, index, observations) {
  let y = chart.top + chart.height + 40
  return [...stage.claims.map((claim) => ({ head: claim.kind, body: claim.text, open: isAssumption(claim, observations) })), ...(stage.opportunity ? [{ head: 'opportunity', body: stage.opportunity, open: false }] : [])].map(({ head, body, open }) => {
    const lines = wrapped(body)
    const height = 34 + lines.length * 18
    const x = margin.left + column * index + 8
    const card = `<g class="${head}"><rect x="${x}" y="${y}" width="${column - 16}" height="${height}" rx="6"${open ? ' class="open"' : ''}/>${text([open ? `${head}, assumed` : head], x + 10, y + 18, ' class="head"')}${text(lines, x + 10, y + 38)}</g>`
    y += height + 8
    return { card, end: y }
  })
}

/** The map as SVG. Assumptions have dashed borders; the description says in words what the line shows. */
export function drawMap(journey, observations) {
  const width = margin.left + column * journey.stages.length + 24
  const columns = journey.stages.map((stage, index) => cards(stage, index, observations))
  const height = Math.max(...columns.flat().map(({ end }) => end)) + 24
  const lowest = journey.stages.reduce((low, stage) => (stage.feeling < low.feeling ? stage : low))
  const dots = journey.stages.map((stage, index) => `<circle cx="${margin.left + column * (index + 0.5)}" cy="${heightOf(stage.feeling)}" r="6"/>`).join('')
  const hasFuture = journey.stages.every(({ wanted }) => wanted !== undefined)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">Journey of ${escape(journey.who)}</title>
<desc id="description">Goal: ${escape(journey.goal)}. Feelings from -2 to 2: ${journey.stages.map(({ name, feeling }) => `${escape(name)} ${feeling}`).join(', ')}. Lowest at ${escape(lowest.name)}.</desc>
<style>text{font:14px system-ui,sans-serif;fill:#1f2937}.title{font-size:24px;font-weight:700}.stage{font-size:17px;font-weight:700}.head{font-size:12px;font-weight:700}rect{fill:#f3f4f6;stroke:#6b7280}.pain rect{fill:#fee2e2}.gain rect,.need rect{fill:#dcfce7}.opportunity rect{fill:#dbeafe}.open{stroke-dasharray:5 4}path{fill:none;stroke:#1d4ed8;stroke-width:3}.wanted{stroke:#15803d;stroke-dasharray:7 5}circle{fill:#1d4ed8}.axis{stroke:#d1d5db;stroke-width:1}</style>
<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>
${text([journey.who], 24, 40, ' class="title"')}
${text([journey.goal], 24, 64)}
${journey.stages.map((stage, index) => text([stage.name], margin.left + column * index + 12, margin.top + 24, ' class="stage"') + text(wrapped(stage.does), margin.left + column * index + 12, margin.top + 46)).join('\n')}
<path class="axis" d="M${margin.left} ${heightOf(0)} H${width - 24}"/>
${text(['good'], 24, heightOf(2) + 5)}
${text(['bad'], 24, heightOf(-2) + 5)}
<path d="${curve(journey.stages.map(({ feeling }) => feeling))}"/>${hasFuture ? `\n<path class="wanted" d="${curve(journey.stages.map(({ wanted }) => wanted))}"/>` : ''}
${dots}
${columns.flat().map(({ card }) => card).join('\n')}
</svg>
`
}

/** The map in words, with its quotations: for those who cannot see it, and for search. */
export function writeMap(journey, observations) {
  const quoted = (id) => { const one = observations.find((other) => other.id === id); return one ? `${one.kind === 'quote' ? `"${one.what}"` : one.what} (${one.participant})` : id }
  const parts = journey.stages.map((stage) => [
    `## ${stage.name}`, `${stage.does}. Feeling: ${stage.feeling}.`,
    stage.claims.map((claim) => `- **${claim.kind}${isAssumption(claim, observations) ? ', assumed' : ''}**: ${claim.text}. ${claim.from.map(quoted).join('; ')}`).join('\n'),
    ...(stage.opportunity ? [`*${stage.opportunity}*`] : []),
  ].join('\n\n'))
  return `${[`# ${journey.who}`, `Goal: ${journey.goal}.`, ...parts].join('\n\n')}\n`
}
