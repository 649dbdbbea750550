const safe = (text) => text.replaceAll('"', '#quot;')
const label = ({ name, technology, does }) => `"<b>${safe(name)}</b>${technology ? `<br/>[${safe(technology)}]` : ''}<br/>${safe(does)}"`
const shape = (one) => (one.kind === 'store' ? `${one.id}[(${label(one)})]` : `${one.id}[${label(one)}]`)
const person = (one) => `${one.id}(["<b>${safe(one.name)}</b><br/>${safe(one.does)}"])`
const arrow = ({ from, to, what, how }) => `${from} -- "${safe(what)}<br/>[${safe(how)}]" --> ${to}`

const styles = ['classDef person fill:#dbeafe,stroke:#1e40af,color:#111827', 'classDef own fill:#dcfce7,stroke:#166534,color:#111827', 'classDef foreign fill:#f3f4f6,stroke:#6b7280,color:#111827']
const classes = (name, list) => (list.length > 0 ? [`class ${list.map(({ id }) => id).join(',')} ${name}`] : [])
const chart = (direction, lines) => [`flowchart ${direction}`, ...lines.map((line) => `  ${line}`)].join('\n')

/** Level 1: the system as one box. Arrows of its containers become its own, each pair once. */
export function context({ system, people, externals, containers, relations }) {
  const inside = new Set(containers.map(({ id }) => id))
  const outer = (id) => (inside.has(id) ? system.id : id)
  const seen = new Map()
  for (const one of relations) {
    const lifted = { ...one, from: outer(one.from), to: outer(one.to) }
    const pair = `${lifted.from} ${lifted.to}`
    if (lifted.from !== lifted.to && !seen.has(pair)) seen.set(pair, lifted)
  }
  return chart('TB', [...people.map(person), shape(system), ...externals.map(shape), ...[...seen.values()].map(arrow), ...styles, ...classes('person', people), ...classes('own', [system]), ...classes('foreign', externals)])
}

/** Level 2: what runs, inside the system's boundary. */
export function container({ system, people, externals, containers, relations }) {
  return chart('TB', [
    ...people.map(person), `subgraph boundary["${safe(system.name)}"]`, ...containers.map((one) => `  ${shape(one)}`), 'end', ...externals.map(shape),
    ...relations.map(arrow), ...styles, ...classes('person', people), ...classes('own', containers), ...classes('foreign', externals),
  ])
}

/** Where containers run. */
export function deployment({ nodes, containers, relations }) {
  const inside = new Set(containers.map(({ id }) => id))
  return chart('LR', [
    ...nodes.flatMap((node) => [`subgraph ${node.id}Node["${safe(node.name)}"]`, ...containers.filter(({ runsOn }) => runsOn === node.id).map((one) => `  ${shape(one)}`), 'end']),
    ...relations.filter(({ from, to }) => inside.has(from) && inside.has(to)).map(arrow), ...styles, ...classes('own', containers),
  ])
}

const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')

/** The containers in words: for those who cannot see the diagram, and for search. */
export const catalogue = ({ containers, relations, people, externals }) => {
  const nameOf = Object.fromEntries([...containers, ...people, ...externals].map(({ id, name }) => [id, name]))
  return table(['container', 'technology', 'does', 'depends on'], containers.map(({ id, name, technology, does }) => [name, technology, does, relations.filter(({ from }) => from === id).map(({ to }) => nameOf[to]).join(', ') || 'nothing']))
}

const fenced = (draw) => (model) => `\`\`\`mermaid\n${draw(model)}\n\`\`\``
export const parts = { context: fenced(context), container: fenced(container), deployment: fenced(deployment), catalogue }

/** A page with what stands between `<!-- c4:name -->` and `<!-- /c4 -->` made anew. */
export function filled(page, model) {
  return page.replace(/(<!-- c4:(\w+) -->\n)[\s\S]*?(<!-- \/c4 -->)/g, (_, start, name, end) => {
    if (!(name in parts)) throw new Error(`there is no diagram "${name}": use ${Object.keys(parts).join(', ')}`)
    return `${start}\n${parts[name](model)}\n\n${end}`
  })
}
