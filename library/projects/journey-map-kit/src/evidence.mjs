/** From how many people a claim must come, not to be an assumption. */
export const least = ${{ variables.least }}
const kinds = ['thought', 'need', 'pain', 'gain']

/** Rows of a CSV with a heading; fields in quotation marks may hold commas, line ends and doubled marks. */
export function parseCsv(text) {
  const rows = [[]]
  let field = ''
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (quoted) {
      if (sign !== '"') field += sign
      else if (text[at + 1] === '"') { field += '"'; at += 1 } else quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === ',' || sign === '\n') {
      rows.at(-1).push(field.replace(/\r$/, ''))
      field = ''
      if (sign === '\n') rows.push([])
    } else field += sign
  }
  if (field !== '' || rows.at(-1).length > 0) rows.at(-1).push(field)
  const [head, ...body] = rows.filter((row) => row.length > 0 && row.some((cell) => cell !== ''))
  return body.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])))
}

const peopleBehind = (claim, observations) => new Set(claim.from.flatMap((id) => observations.find((one) => one.id === id)?.participant ?? []))
export const isAssumption = (claim, observations) => peopleBehind(claim, observations).size < least

/** What keeps a map from being drawn, in sentences. */
export function problems(journey, observations) {
  const stages = journey.stages.map(({ name }) => name)
  const ids = observations.map(({ id }) => id)
  const scale = (value) => Number.isFinite(value) && value >= -2 && value <= 2
  return [
    ...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `observation ${id} stands twice`),
    ...observations.filter(({ stage }) => !stages.includes(stage)).map(({ id, stage }) => `observation ${id} is of "${stage}", which is no stage`),
    ...observations.filter(({ kind }) => !['quote', 'seen', 'figure'].includes(kind)).map(({ id, kind }) => `observation ${id} is a "${kind}": use quote, seen or figure`),
    ...observations.filter(({ participant, kind }) => !/^P\d+$/.test(participant) && kind !== 'figure').map(({ id, participant }) => `observation ${id} names "${participant}": use P1, P2, never a name`),
    ...journey.stages.flatMap((stage) => [
      ...(scale(stage.feeling) ? [] : [`${stage.name}: feeling is ${stage.feeling}: use -2 to 2`]),
      ...(stage.wanted === undefined || scale(stage.wanted) ? [] : [`${stage.name}: wanted is ${stage.wanted}: use -2 to 2`]),
      ...(stage.claims.length > 0 ? [] : [`${stage.name}: says nothing; take it out or find out`]),
      ...stage.claims.flatMap((claim) => [
        ...(kinds.includes(claim.kind) ? [] : [`${stage.name}: "${claim.text}" is a ${claim.kind}: use one of ${kinds.join(', ')}`]),
        ...(claim.from.length > 0 ? [] : [`${stage.name}: "${claim.text}" has no source`]),
        ...claim.from.filter((id) => !ids.includes(id)).map((id) => `${stage.name}: "${claim.text}" comes from ${id}, which does not exist`),
        ...claim.from.filter((id) => ids.includes(id) && observations.find((one) => one.id === id).stage !== stage.name).map((id) => `${stage.name}: "${claim.text}" comes from ${id}, which is of another stage`),
      ]),
    ]),
  ]
}

/** Observations that no claim uses: what was heard and forgotten. */
export const unused = (journey, observations) => { const used = new Set(journey.stages.flatMap(({ claims }) => claims.flatMap(({ from }) => from))); return observations.filter(({ id }) => !used.has(id)) }
