import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, parse } from 'node:path'

const [from = 'site', to = 'dist'] = process.argv.slice(2)
rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
cpSync(from, to, { recursive: true })

/** Files whose name changes with their content may be kept by browsers for ever. The card keeps its name: others link to it. */
const fingerprinted = readdirSync(to).filter((name) => /\.(css|js|svg)$/.test(name) && name !== 'card.svg').map((name) => {
  const { name: stem, ext } = parse(name)
  const fresh = `${stem}.${createHash('sha256').update(readFileSync(join(to, name))).digest('hex').slice(0, 10)}${ext}`
  renameSync(join(to, name), join(to, fresh))
  return [name, fresh]
})

const pages = readdirSync(to).filter((name) => name.endsWith('.html'))
const canonical = []
for (const name of pages) {
  const html = fingerprinted.reduce((text, [old, fresh]) => text.replaceAll(`href="${old}"`, `href="${fresh}"`).replaceAll(`src="${old}"`, `src="${fresh}"`), readFileSync(join(to, name), 'utf8'))
  canonical.push(...(/<link rel="canonical" href="([^"]+)"/.exec(html)?.slice(1) ?? []))
  writeFileSync(join(to, name), html)
}

const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' ${{ variables.address }}; base-uri 'none'; frame-ancestors 'none'"
writeFileSync(join(to, '_headers'), `/*\n  Content-Security-Policy: ${policy}\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n${fingerprinted.map(([, fresh]) => `/${fresh}\n  Cache-Control: public, max-age=31536000, immutable\n`).join('')}`)
writeFileSync(join(to, 'sitemap.xml'), `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${canonical.map((address) => `<url><loc>${address}</loc></url>`).join('\n')}\n</urlset>\n`)
writeFileSync(join(to, 'robots.txt'), 'User-agent: *\nAllow: /\nSitemap: ${{ variables.address }}/sitemap.xml\n')
console.log(`${pages.length} pages, ${fingerprinted.length} files with fingerprints`)
