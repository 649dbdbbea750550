export const pageSize = ${{ variables.pageSize }}
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What an address says of a table; what makes no sense is left out. */
export function readQuery(search, columns) {
  const query = new URLSearchParams(search)
  const sort = query.get('sort') ?? ''
  const page = Number(query.get('page') ?? 1)
  return {
    filter: query.get('q') ?? '',
    sort: columns.some(({ name }) => name === sort.replace(/^-/, '')) ? sort : '',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  }
}

/** The address of a table; what is usual is not in it. */
export function writeQuery({ filter, sort, page }) {
  const query = new URLSearchParams([...(filter ? [['q', filter]] : []), ...(sort ? [['sort', sort]] : []), ...(page > 1 ? [['page', String(page)]] : [])]).toString()
  return query ? `?${query}` : ''
}

/** Up, down, none, and up again. */
export const nextSort = (sort, name) => (sort === name ? `-${name}` : sort === `-${name}` ? '' : name)

const isEmpty = (value) => value === undefined || value === null || value === ''
function compare(type, one, other) {
  if (isEmpty(one) || isEmpty(other)) return Number(isEmpty(one)) - Number(isEmpty(other))
  return type === 'number' ? one - other : collator.compare(String(one), String(other))
}

/** The rows that are seen, with how many there are. Empty values come last, whatever the direction. */
export function view(rows, columns, { filter, sort, page }) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const kept = rows.filter((row) => words.every((word) => columns.some(({ name }) => String(row[name] ?? '').toLowerCase().includes(word))))
  const by = sort.replace(/^-/, '')
  const { type } = columns.find(({ name }) => name === by) ?? {}
  const direction = sort.startsWith('-') ? -1 : 1
  const sorted = type === undefined ? kept : kept.toSorted((a, b) => { const order = compare(type, a[by], b[by]); return isEmpty(a[by]) || isEmpty(b[by]) ? order : direction * order })
  const pages = Math.max(1, Math.ceil(sorted.length / pageSize))
  const shown = Math.min(page, pages)
  return { rows: sorted.slice((shown - 1) * pageSize, shown * pageSize), total: sorted.length, page: shown, pages }
}
