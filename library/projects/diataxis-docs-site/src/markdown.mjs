const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Front matter (plain `key: value` lines) and the text below it. */
export function parsePage(source) {
  const [, head = '', body = source] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source) ?? []
  return { meta: Object.fromEntries(head.split('\n').flatMap((line) => { const at = line.indexOf(':'); return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()]] : [] })), body }
}

export const slug = (heading) => heading.toLowerCase().replace(/[`*_]/g, '').replace(/[^\p{L}\p{N} -]/gu, '').trim().replaceAll(' ', '-')

/** Lines outside of code fences, with their numbers. */
export function proseLines(body) {
  let fence
  return body.split('\n').flatMap((text, index) => {
    const [, mark] = /^\s*(```+|~~~+)/.exec(text) ?? []
    if (mark) { fence = fence === undefined ? mark : text.trim() === fence ? undefined : fence; return [] }
    return fence === undefined ? [{ text, number: index + 1 }] : []
  })
}

export const headings = (body) => proseLines(body).flatMap(({ text }) => { const [, marks, title] = /^(#{1,6})\s+(.+)$/.exec(text) ?? []; return marks ? [{ level: marks.length, title, id: slug(title) }] : [] })
export const links = (body) => proseLines(body).flatMap(({ text, number }) => [...text.replace(/`[^`]*`/g, '').matchAll(/!?\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, label, target]) => ({ label, target, number })))

const spans = (text) => text.split(/(`[^`]+`)/).map((part) => (/^`.+`$/.test(part) ? `<code>${escape(part.slice(1, -1))}</code>` : escape(part)
  .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, label, target) => `<a href="${/^[a-z]+:/.test(target) ? target : target.replace(/\.md(?=#|$)/, '.html')}">${label}</a>`)
  .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>').replace(/\*([^*]+)\*/g, '<em>$1</em>'))).join('')

const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim())

function table(lines) {
  const [head, , ...rows] = lines.map(cells)
  const row = (tag, list) => `<tr>${list.map((cell) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}>${spans(cell)}</${tag}>`).join('')}</tr>`
  return `<table>\n<thead>${row('th', head)}</thead>\n<tbody>${rows.map((one) => row('td', one)).join('\n')}</tbody>\n</table>`
}

/** Takes lines as long as they fit, from `at` on. */
const run = (lines, at, fits) => { let end = at; while (end < lines.length && fits(lines[end])) end += 1; return lines.slice(at, end) }

function list(lines) {
  const ordered = /^\d/.test(lines[0])
  const items = []
  for (const line of lines) {
    if (/^([-*]|\d+\.)\s/.test(line)) items.push([line.replace(/^([-*]|\d+\.)\s+/, '')])
    else items.at(-1).push(line.replace(/^ {2,3}/, ''))
  }
  const content = (item) => (item.length === 1 || item.slice(1).every((line) => line === '') ? spans(item[0]) : toHtml(item.join('\n')))
  return `<${ordered ? 'ol' : 'ul'}>\n${items.map((item) => `<li>${content(item)}</li>`).join('\n')}\n</${ordered ? 'ol' : 'ul'}>`
}

/** The Markdown that documentation needs: headings, paragraphs, lists, tables, fences, links, emphasis, code. HTML in it is shown, not run. */
export function toHtml(body) {
  const lines = body.split('\n')
  const out = []
  for (let at = 0; at < lines.length;) {
    const line = lines[at]
    const [, fence, language] = /^(```+)(\S*)/.exec(line) ?? []
    if (fence) {
      const code = run(lines, at + 1, (one) => one !== fence)
      out.push(`<pre tabindex="0"><code${language ? ` class="language-${escape(language)}"` : ''}>${escape(code.join('\n'))}\n</code></pre>`)
      at += code.length + 2
    } else if (/^#{1,6}\s/.test(line)) {
      const [, marks, title] = /^(#+)\s+(.+)$/.exec(line)
      out.push(`<h${marks.length} id="${slug(title)}">${spans(title)}</h${marks.length}>`)
      at += 1
    } else if (/^\|/.test(line)) {
      const block = run(lines, at, (one) => one.startsWith('|'))
      out.push(table(block))
      at += block.length
    } else if (/^([-*]|\d+\.)\s/.test(line)) {
      const block = run(lines, at, (one) => /^([-*]|\d+\.)\s|^ {2,}|^$/.test(one))
      out.push(list(block))
      at += block.length
    } else if (line.trim() === '') at += 1
    else {
      const block = run(lines, at, (one) => one.trim() !== '' && !/^(#|```|\||[-*]\s|\d+\.\s)/.test(one))
      const taken = block.length > 0 ? block : [line]
      out.push(`<p>${spans(taken.join(' '))}</p>`)
      at += taken.length
    }
  }
  return out.join('\n')
}
