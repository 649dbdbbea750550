import { fromQuery, toQuery } from './address.ts'
import { columns, shown } from './columns.ts'
import type { Row } from './columns.ts'
import { toCsv } from './csv.ts'
import { matching, sorted, sortedBy, viewOf } from './view.ts'
import type { State } from './view.ts'

/** An element with its properties and children; text is never read as HTML. */
function make<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Record<string, string | boolean | (() => void) | ((event: Event) => void)> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(key, value as EventListener)
    else if (typeof value === 'boolean') made.toggleAttribute(key, value)
    else made.setAttribute(key, value)
  }
  made.append(...children)
  return made
}

export class DataTable extends HTMLElement {
  #rows: readonly Row[] = []
  #state: State = fromQuery(new URLSearchParams(location.search))
  #chosen = new Set<string>()
  #status = make('p', { role: 'status' })
  #body = make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' })
  #pager = make('nav', { 'aria-label': 'Pages' })
  #filter = make('input', { type: 'search', input: () => { this.#go({ ...this.#state, filter: this.#filter.value, page: 1 }, 'replace') } })

  get rows(): readonly Row[] { return this.#rows }
  set rows(rows: readonly Row[]) {
    this.#rows = rows
    const ids = new Set(rows.map(({ id }) => id))
    this.#chosen = new Set([...this.#chosen].filter((id) => ids.has(id)))
    this.#draw()
  }

  connectedCallback(): void {
    const data = this.querySelector('script[type="application/json"]')?.textContent
    if (data) this.#rows = JSON.parse(data) as Row[]
    this.#filter.value = this.#state.filter
    this.replaceChildren(make('div', { class: 'bar' }, make('label', {}, 'Filter ', this.#filter), make('button', { type: 'button', click: () => { this.#export() } }, 'Export')), this.#status, this.#body, this.#pager)
    addEventListener('popstate', this.#back)
    this.#draw()
  }

  disconnectedCallback(): void { removeEventListener('popstate', this.#back) }

  #back = (): void => {
    this.#state = fromQuery(new URLSearchParams(location.search))
    this.#filter.value = this.#state.filter
    this.#draw()
  }

  /** Typing replaces the entry of the history; a click makes one to go back to. */
  #go(state: State, how: 'push' | 'replace' = 'push'): void {
    this.#state = state
    const query = toQuery(state, new URLSearchParams(location.search))
    history[how === 'push' ? 'pushState' : 'replaceState'](null, '', query === '' ? location.pathname : `?${query}`)
    this.#draw()
  }

  #draw(): void {
    const view = viewOf(this.#rows, this.#state)
    const focused = (document.activeElement as HTMLElement | null)?.dataset['focus']
    this.#status.textContent = view.found === 0 ? 'No rows' : `${view.first}–${view.last} of ${view.found}${this.#chosen.size > 0 ? `, ${this.#chosen.size} chosen` : ''}`
    this.#body.replaceChildren(make('table', {}, make('caption', { class: 'visually-hidden' }, this.getAttribute('label') ?? 'Rows'), make('thead', {}, this.#head(view.rows)), make('tbody', {}, ...view.rows.map((row) => this.#row(row)))))
    const step = (label: string, page: number) => make('button', { type: 'button', 'data-focus': label, disabled: page < 1 || page > view.pages, click: () => { this.#go({ ...this.#state, page }) } }, label)
    this.#pager.replaceChildren(step('Previous', view.page - 1), ` ${view.page} / ${view.pages} `, step('Next', view.page + 1))
    // What had the focus was drawn anew.
    if (focused) this.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus()
  }

  #head(seen: readonly Row[]): HTMLTableRowElement {
    return make('tr', {},
${%- if variables.selection %}
      make('td', {}, this.#box('all', 'Choose all of this page', seen.length > 0 && seen.every(({ id }) => this.#chosen.has(id)), (on) => { for (const { id } of seen) this.#choose(id, on) })),
${%- endif %}
      ...columns.map(({ key, label, kind }) => {
        const rule = this.#state.sorting.find((one) => one.key === key)
        const button = make('button', { type: 'button', 'data-focus': `sort-${key}`, click: (event: Event) => { this.#go(sortedBy(this.#state, key, (event as MouseEvent).shiftKey)) } }, label, make('span', { 'aria-hidden': 'true' }, rule === undefined ? '' : rule.descending ? ' ▼' : ' ▲'))
        return make('th', { scope: 'col', class: kind, 'aria-sort': rule === undefined ? 'none' : rule.descending ? 'descending' : 'ascending' }, button)
      }))
  }

  #row(row: Row): HTMLTableRowElement {
    const [first, ...others] = columns.map((column) => ({ text: shown(row[column.key], column), kind: column.kind }))
    return make('tr', {},
${%- if variables.selection %}
      make('td', {}, this.#box(row.id, `Choose ${first?.text ?? row.id}`, this.#chosen.has(row.id), (on) => { this.#choose(row.id, on) })),
${%- endif %}
      make('th', { scope: 'row', class: first?.kind ?? 'text' }, first?.text ?? ''), ...others.map(({ text, kind }) => make('td', { class: kind }, text)))
  }
${%- if variables.selection %}

  #box(id: string, label: string, checked: boolean, change: (on: boolean) => void): HTMLInputElement {
    const box = make('input', { type: 'checkbox', 'aria-label': label, 'data-focus': `choose-${id}`, change: () => {
      change(box.checked)
      this.#draw()
      this.dispatchEvent(new CustomEvent('rowselect', { detail: [...this.#chosen], bubbles: true }))
    } })
    box.checked = checked
    return box
  }

  #choose(id: string, on: boolean): void {
    if (on) this.#chosen.add(id)
    else this.#chosen.delete(id)
  }
${%- endif %}

  /** All that fits the filter, not only this page. The sign at the beginning tells spreadsheets that it is UTF-8. */
  #export(): void {
    const csv = toCsv(sorted(matching(this.#rows, this.#state.filter), this.#state.sorting))
    const url = URL.createObjectURL(new Blob(['\uFEFF', csv], { type: 'text/csv' }))
    make('a', { href: url, download: '${{ variables.projectName | slugify }}.csv' }).click()
    setTimeout(() => { URL.revokeObjectURL(url) }, 10_000)
  }
}

customElements.define('${{ variables.element }}', DataTable)
