import { posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { headings, links, proseLines } from './markdown.mjs'
import { readPages } from './pages.mjs'

export const kinds = { tutorials: 'tutorial', 'how-to': 'how-to', reference: 'reference', explanation: 'explanation' }

const metaProblems = ({ path, meta }) => [
  ...['title', 'kind', 'summary', 'reviewed'].filter((key) => !meta[key]).map((key) => `has no ${key} in its front matter`),
  ...(meta.reviewed && !/^\d{4}-\d{2}-\d{2}$/.test(meta.reviewed) ? [`reviewed is "${meta.reviewed}": write a date such as 2026-11-01`] : []),
  ...(path.includes('/') && meta.kind && kinds[path.split('/')[0]] !== meta.kind ? [`is ${meta.kind} and lies in ${path.split('/')[0]}/`] : []),
  ...(!path.includes('/') && path !== 'index.md' ? ['lies in no folder: is it a tutorial, a how-to, a reference or an explanation?'] : []),
]

const headingProblems = ({ body, meta }) => {
  const all = headings(body)
  const jumps = all.filter(({ level }, index) => index > 0 && level > all[index - 1].level + 1)
  const twice = all.filter(({ id }, index) => all.findIndex((one) => one.id === id) < index)
  return [
    ...(all[0]?.level === 1 && all.filter(({ level }) => level === 1).length === 1 ? [] : ['needs exactly one heading of the first level, at its top']),
    ...(all[0] && meta.title && all[0].title !== meta.title ? [`is called "${meta.title}" in front matter and "${all[0].title}" in its heading`] : []),
    ...jumps.map(({ title }) => `the heading "${title}" skips a level`), ...twice.map(({ id }) => `the anchor #${id} stands twice`),
  ]
}

/** What marks a page as something else than it says. */
const foreign = {
  tutorial: [[/\b(alternatively|optionally|you could also)\b/i, 'offers a choice: a lesson has one way; move it to a how-to']],
  'how-to': [[/\b(in this tutorial|you will learn)\b/i, 'teaches: readers of a how-to know what they want; move it to a tutorial']],
  reference: [[/^(\d+\.\s|first,|next,|now )/i, 'instructs: move the steps to a how-to'], [/\b(we recommend|you should)\b/i, 'advises: move it to an explanation']],
  explanation: [[/^\d+\.\s+(run|type|click|open|install)\b/i, 'instructs: move the steps to a how-to']],
}

const kindProblems = ({ body, meta }) => (foreign[meta.kind] ?? []).flatMap(([pattern, words]) => proseLines(body).filter(({ text }) => pattern.test(text)).map(({ number }) => `line ${number} ${words}`))

function linkProblems({ path, body }, pages) {
  return links(body).filter(({ target }) => !/^[a-z]+:/i.test(target)).flatMap(({ target, label, number }) => {
    const [file, anchor] = target.split('#')
    const place = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file))
    const page = pages.find((one) => one.path === place)
    if (!page) return [`line ${number}: ${target} leads nowhere`]
    return [
      ...(anchor !== undefined && !headings(page.body).some(({ id }) => id === anchor) ? [`line ${number}: ${place} has no heading #${anchor}`] : []),
      ...(/^(here|click here|this|link|more)$/i.test(label.trim()) ? [`line ${number}: "${label}" says not where it leads`] : []),
    ]
  })
}

/** Pages that no other page leads to are never read. */
function orphans(pages) {
  const linked = new Set(pages.flatMap(({ path, body }) => links(body).map(({ target }) => posix.normalize(posix.join(posix.dirname(path), target.split('#')[0])))))
  return pages.filter(({ path }) => path !== 'index.md' && !linked.has(path)).map(({ path }) => `${path}: no page leads to it`)
}

export const check = (pages) => [...pages.flatMap((page) => [...metaProblems(page), ...headingProblems(page), ...kindProblems(page), ...linkProblems(page, pages)].map((one) => `${page.path}: ${one}`)), ...orphans(pages)]

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const pages = readPages(process.argv[2] ?? 'docs')
  const found = check(pages)
  for (const one of found) console.error(one)
  console.log(`${pages.length} pages, ${found.length} problems`)
  process.exitCode = found.length > 0 ? 1 : 0
}
