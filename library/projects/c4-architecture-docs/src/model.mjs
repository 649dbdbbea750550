/** All that an arrow may point to, by id. */
export const elements = (model) => [model.system, ...model.people, ...model.externals, ...model.containers]

/** What is wrong with a model, in sentences. */
export function problems(model) {
  const all = elements(model)
  const ids = all.map(({ id }) => id)
  const nodes = new Set(model.nodes.map(({ id }) => id))
  const touched = new Set(model.relations.flatMap(({ from, to }) => [from, to]))
  const inside = new Set(model.containers.map(({ id }) => id))
  return [
    ...[...ids, ...nodes].filter((id, index, list) => list.indexOf(id) !== index).map((id) => `id "${id}" stands twice`),
    ...[...ids, ...nodes].filter((id) => !/^[a-z][A-Za-z0-9]*$/.test(id)).map((id) => `id "${id}" must be letters and digits, a small letter first`),
    ...all.filter(({ name, does }) => !name?.trim() || !does?.trim()).map(({ id }) => `${id} needs a name and what it does`),
    ...model.containers.filter(({ technology }) => !technology?.trim()).map(({ id }) => `${id} needs a technology`),
    ...model.containers.filter(({ runsOn }) => !nodes.has(runsOn)).map(({ id, runsOn }) => `${id} runs on "${runsOn}", which is no node`),
    ...model.relations.flatMap(({ from, to, what, how }) => [
      ...[from, to].filter((id) => !ids.includes(id)).map((id) => `the arrow ${from} → ${to} names "${id}", which is nothing in the model`),
      ...(what?.trim() && how?.trim() ? [] : [`the arrow ${from} → ${to} needs what and how`]),
    ]),
    ...model.relations.filter(({ from, to }) => from === to).map(({ from }) => `${from} points to itself`),
    ...all.filter(({ id }) => id !== 'system' && !touched.has(id)).map(({ id }) => `${id} has no arrow: connect it or take it out`),
    ...model.relations.filter(({ from, to }) => !inside.has(from) && !inside.has(to) && from !== 'system' && to !== 'system').map(({ from, to }) => `the arrow ${from} → ${to} does not touch the system`),
  ]
}
