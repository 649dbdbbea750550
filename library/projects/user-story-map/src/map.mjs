/** All stories with where they stand. */
export const storiesOf = ({ activities }) => activities.flatMap((activity) => activity.steps.flatMap((step) => step.stories.map((story) => ({ ...story, activity: activity.name, step: step.name }))))

/** What is wrong with a map; `features` are the ids for which there is a file. */
export function lintMap(map, features) {
  const stories = storiesOf(map)
  const ids = stories.map(({ id }) => id)
  const [first] = map.releases
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: stands twice`),
    ...stories.flatMap((story) => [
      ...['want', 'so'].filter((key) => !story[key]).map((key) => `${story.id}: "${key}" is empty`),
      ...(map.personas.includes(story.persona) ? [] : [`${story.id}: ${story.persona} is no persona of the map`]),
      ...(map.releases.includes(story.release) ? [] : [`${story.id}: ${story.release} is no release of the map`]),
    ]),
    ...map.activities.filter(({ name }) => !stories.some((story) => story.activity === name && story.release === first)).map(({ name }) => `${first}: has no story of "${name}", so nobody can get through`),
    ...map.activities.flatMap(({ steps }) => steps).filter(({ stories: own }) => own.length === 0).map(({ name }) => `"${name}" has no story`),
    ...(map.releases.includes(map.next) ? [] : [`next: ${map.next} is no release of the map`]),
    ...stories.filter(({ id, release }) => release === map.next && !features.includes(id)).map(({ id }) => `${id}: is in ${map.next} and has no features/${id}.feature`),
    ...features.filter((id) => !ids.includes(id)).map((id) => `features/${id}.feature: there is no story ${id}`),
  ]
}

const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The map as a page: a column per step, a band per release. */
export function drawMap(map) {
  const steps = map.activities.flatMap((activity) => activity.steps.map((step) => ({ ...step, activity })))
  const card = ({ id, persona, want, so }) => `<li><b>${escaped(id)}</b> As ${escaped(persona)} I want to ${escaped(want)}<i>, so that ${escaped(so)}</i></li>`
  const band = (release) => `<tr><th scope="row">${escaped(release)}</th>${steps.map(({ stories }) => `<td><ul>${stories.filter((story) => story.release === release).map(card).join('')}</ul></td>`).join('')}</tr>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(map.product)}</title>
<style>body{font:14px system-ui;margin:2rem}table{border-collapse:collapse}th,td{border:1px solid #bbb;padding:.5rem;vertical-align:top;min-width:10rem}thead th{background:#eef}ul{list-style:none;margin:0;padding:0}li{background:#ffc;margin:.25rem 0;padding:.4rem}i{color:#555}</style></head>
<body><h1>${escaped(map.product)}</h1><table><thead>
<tr><th></th>${map.activities.map(({ name, steps: own }) => `<th colspan="${own.length}">${escaped(name)}</th>`).join('')}</tr>
<tr><th></th>${steps.map(({ name }) => `<th>${escaped(name)}</th>`).join('')}</tr>
</thead><tbody>${map.releases.map(band).join('\n')}</tbody></table></body></html>
`
}
