import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { toHtml } from './markdown.mjs'
import { readPages } from './pages.mjs'

const [from = 'docs', to = 'site'] = process.argv.slice(2)
const pages = readPages(from)
const titles = { tutorials: 'Tutorials', 'how-to': 'How-to guides', reference: 'Reference', explanation: 'Explanation' }
const escape = (text = '') => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const style = `:root{color-scheme:light dark;--line:#8886}body{margin:0;font:1.0625rem/1.6 system-ui,sans-serif;display:grid;grid-template-columns:16rem minmax(0,46rem);gap:2rem}
nav{padding:1rem;border-right:1px solid var(--line);min-height:100vh}nav ul{list-style:none;padding:0}main{padding:1rem}a[aria-current]{font-weight:700}
pre{overflow:auto;padding:1rem;border:1px solid var(--line)}table{border-collapse:collapse}th,td{text-align:start;padding:.4rem .8rem;border-bottom:1px solid var(--line)}
.skip:not(:focus){position:absolute;left:-100vw}@media(max-width:50rem){body{display:block}nav{min-height:0;border:0}}`

function navigation(current) {
  const href = (path) => posix.relative(posix.dirname(current), path).replace(/\.md$/, '.html')
  const item = ({ path, meta }) => `<li><a href="${href(path)}"${path === current ? ' aria-current="page"' : ''}>${escape(meta.title)}</a></li>`
  const groups = Object.entries(titles).map(([folder, title]) => `<h2>${title}</h2>\n<ul>\n${pages.filter(({ path }) => path.startsWith(`${folder}/`)).map(item).join('\n')}\n</ul>`)
  return `<nav aria-label="Documentation">\n<a href="${href('index.md')}">${escape(pages.find(({ path }) => path === 'index.md')?.meta.title)}</a>\n${groups.join('\n')}\n</nav>`
}

rmSync(to, { recursive: true, force: true })
for (const { path, meta, body } of pages) {
  const target = join(to, path.replace(/\.md$/, '.html'))
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, `<!doctype html>
<html lang="${{ variables.language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(meta.title)}</title>
<meta name="description" content="${escape(meta.summary)}">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
${navigation(path)}
<main id="content">
${toHtml(body)}
<p><small>Reviewed <time>${escape(meta.reviewed)}</time></small></p>
</main>
</body>
</html>
`)
}
console.log(`${pages.length} pages written to ${to}/`)
