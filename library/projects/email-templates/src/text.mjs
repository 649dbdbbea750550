const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' }

/** The text part: links with their addresses, tables as lines, headings underlined. */
export function toText(html) {
  return html
    .replace(/<h1[^>]*>([\s\S]*?)<\/h1>/g, (_, title) => { const plain = title.replace(/<[^>]+>/g, ''); return `${plain}\n${'='.repeat([...plain].length)}\n\n` })
    .replace(/<a [^>]*href="([^"]+)"[^>]*>([\s\S]*?)<\/a>/g, (_, link, words) => `${words}:\n${link}`)
    .replace(/<\/t[hd]>\s*<t[hd][^>]*>/g, '  ').replace(/<\/tr>\s*/g, '\n').replace(/<\/table>\s*/g, '\n')
    .replace(/<br\s*\/?>/g, '\n').replace(/<\/p>\s*/g, '\n\n').replace(/<[^>]+>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (one) => entities[one])
    .split('\n').map((line) => line.trim()).join('\n').replace(/\n{3,}/g, '\n\n').trim()
}
