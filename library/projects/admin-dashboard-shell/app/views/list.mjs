import { html } from '../html.mjs'
import { nextSort, view, writeQuery } from '../table.mjs'
import { shown } from './cell.mjs'

const direction = (sort, name) => (sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none')
const kind = (type) => (type === 'number' ? 'number' : 'text')

const head = (columns, { sort }) => columns.map(({ name, label, type }) => html`<th scope="col" class="${kind(type)}" aria-sort="${direction(sort, name)}"><button type="button" data-sort="${nextSort(sort, name)}">${label}</button></th>`)

function cells(resource, columns, row) {
  return columns.map(({ name, type }, index) => {
    const text = shown(type, row[name])
    return index === 0 ? html`<th scope="row"><a href="#/${resource}/${encodeURIComponent(row.id)}">${text}</a></th>` : html`<td class="${kind(type)}">${text}</td>`
  })
}

const pageLink = (resource, query, page, label) => html`<a href="#/${resource}${writeQuery({ ...query, page })}">${label}</a>`

/** The list of a resource. */
export function listView(resource, { label, columns }, rows, query) {
  const { rows: visible, total, page, pages } = view(rows, columns, query)
  const none = query.filter ? html`<p>Nothing matches “${query.filter}”. <button type="button" data-clear>Show all</button></p>` : html`<p>There are no ${label.toLowerCase()} yet.</p>`
  return {
    title: label,
    status: `${total} ${label.toLowerCase()}${pages > 1 ? `, page ${page} of ${pages}` : ''}`,
    body: html`<h1 tabindex="-1">${label}</h1>
<form class="tools" role="search" data-filter><div><label for="filter">Filter</label><input id="filter" type="search" name="q" value="${query.filter}" autocomplete="off"></div></form>
${total === 0 ? none : html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><caption class="unseen">${label}: ${total}</caption><thead><tr>${head(columns, query)}</tr></thead><tbody>${visible.map((row) => html`<tr>${cells(resource, columns, row)}</tr>`)}</tbody></table></div>`}
${pages > 1 && html`<nav class="pages" aria-label="Pages">${page > 1 && pageLink(resource, query, page - 1, 'Previous')}<span>Page ${page} of ${pages}</span>${page < pages && pageLink(resource, query, page + 1, 'Next')}</nav>`}`,
  }
}
