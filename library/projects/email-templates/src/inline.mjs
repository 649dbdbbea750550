/** A stylesheet as rules, in their order, and the media queries, which cannot be put inline. */
export function parseCss(css) {
  const plain = css.replace(/\/\*[\s\S]*?\*\//g, '')
  const media = [...plain.matchAll(/@media[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g)].map(([text]) => text)
  const rules = [...media.reduce((text, one) => text.replace(one, ''), plain).matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selectors, body]) => selectors.split(',').map((one) => ({ ...parseSelector(one.trim()), body: body.trim() })))
  return { media, rules }
}

/** `tag`, `.class` or `tag.class`: what mail programs could do without an inliner, and enough. */
function parseSelector(text) {
  const [, tag = '', classes = ''] = /^([a-z][a-z0-9]*)?((?:\.[\w-]+)*)$/.exec(text) ?? []
  if (tag === '' && classes === '') throw new Error(`"${text}" cannot be put inline: use a tag, a class, or both`)
  return { tag, classes: classes.split('.').filter(Boolean), weight: (tag ? 1 : 0) + classes.split('.').filter(Boolean).length * 10 }
}

const declarations = (body) => body.split(/;(?![^(]*\))/).map((one) => one.trim()).filter(Boolean).map((one) => { const at = one.indexOf(':'); return [one.slice(0, at).trim(), one.slice(at + 1).trim()] })

/** The style of one element: weaker rules first, later ones over earlier ones, its own last. */
export function styleOf(rules, tag, classes, own = '') {
  const matching = rules.filter((rule) => (rule.tag === '' || rule.tag === tag) && rule.classes.every((one) => classes.includes(one))).toSorted((a, b) => a.weight - b.weight)
  const style = new Map()
  for (const [name, value] of [...matching.map(({ body }) => body), own].flatMap(declarations)) { style.delete(name); style.set(name, value) }
  return [...style].map(([name, value]) => `${name}: ${value}`).join('; ')
}

/** The page with every rule inside its elements, and the media queries in its head. Classes stay for them. */
export function inlined(html, css) {
  const { media, rules } = parseCss(css)
  const [head, body] = [html.slice(0, html.indexOf('<body')), html.slice(html.indexOf('<body'))]
  const styled = body.replace(/<([a-z][a-z0-9]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>/g, (whole, tag, attributes) => {
    const classes = (/\sclass="([^"]*)"/.exec(attributes)?.[1] ?? '').split(/\s+/)
    const own = /\sstyle="([^"]*)"/.exec(attributes)?.[1] ?? ''
    const style = styleOf(rules, tag, classes, own)
    return style === '' ? whole : `<${tag}${attributes.replace(/\sstyle="[^"]*"/, '')} style="${style.replaceAll('"', "'")}">`
  })
  return head.replace('</head>', `${media.length > 0 ? `<style>\n${media.join('\n')}\n</style>\n` : ''}</head>`) + styled
}
