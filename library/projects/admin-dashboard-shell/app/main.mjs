import { html } from './html.mjs'
import { resources } from './resources.mjs'
import { readQuery, writeQuery } from './table.mjs'
import { errorView, homeView } from './views/home.mjs'
import { ${% unless variables.readOnly %}checkForm, ${% endunless %}itemView } from './views/item.mjs'
import { listView } from './views/list.mjs'

const api = document.querySelector('meta[name=api]').content
const [main, status, navigation] = ['main', 'status', 'navigation'].map((id) => document.getElementById(id))
const name = document.title
const known = new Map()

async function load(resource) {
  const response = await fetch(`${api}/${resource}`, { headers: { Accept: 'application/json' } })
  if (!response.ok) throw new Error(`The ${resource} could not be loaded (${response.status}).`)
  const { items } = await response.json()
  known.set(resource, items)
  return items
}

function route() {
  const [path, search = ''] = location.hash.replace(/^#/, '').split('?')
  const [resource, id] = path.split('/').filter(Boolean).map(decodeURIComponent)
  return { resource, id, search }
}

function show({ title, status: words, body }, focus = 'h1') {
  main.innerHTML = body
  document.title = `${title}, ${name}`
  status.textContent = words
  navigation.innerHTML = html`${[['', 'Overview'], ...Object.entries(resources).map(([key, { label }]) => [key, label])].map(([key, label]) => html`<li><a href="#/${key}"${key === (route().resource ?? '') ? html` aria-current="page"` : ''}>${label}</a></li>`)}`
  main.querySelector(focus)?.focus()
}

async function render(focus) {
  const { resource, id, search } = route()
  try {
    if (resource === undefined) {
      await Promise.all(Object.keys(resources).map((one) => known.get(one) ?? load(one)))
      return show(homeView(resources, (one) => known.get(one)), focus)
    }
    const settings = resources[resource]
    if (!settings) return show(errorView(`There is no page "${resource}".`))
    const rows = known.get(resource) ?? await load(resource)
    if (id === undefined) return show(listView(resource, settings, rows, readQuery(search, settings.columns)), focus)
    const row = rows.find((one) => String(one.id) === id)
    return show(row ? itemView(resource, settings, row) : errorView(`${settings.label} has no "${id}".`), focus)
  } catch (error) {
    return show(errorView(error.message))
  }
}

/** Changes the table's address in place, so that going back leaves the list. */
function change(part, focus) {
  const { resource, search } = route()
  const query = { ...readQuery(search, resources[resource].columns), ...part }
  history.replaceState(null, '', `#/${resource}${writeQuery(query)}`)
  render(focus)
}

main.addEventListener('click', ({ target }) => {
  const button = target.closest('button')
  if (button?.dataset.sort !== undefined) {
    const index = [...main.querySelectorAll('th button')].indexOf(button) + 1
    change({ sort: button.dataset.sort, page: 1 }, `thead th:nth-child(${index}) button`)
  } else if (button?.matches('[data-clear]')) change({ filter: '', page: 1 }, '#filter')
  else if (button?.matches('[data-retry]')) { known.clear(); render() }
})

let waiting
main.addEventListener('input', ({ target }) => {
  if (target.id !== 'filter') return
  clearTimeout(waiting)
  waiting = setTimeout(() => {
    const { value, selectionStart: at } = target
    change({ filter: value, page: 1 }, '#filter')
    document.getElementById('filter')?.setSelectionRange(at, at)
  }, 200)
})

main.addEventListener('submit', async (event) => {
  event.preventDefault()
${%- unless variables.readOnly %}
  if (!event.target.matches('[data-item]')) return
  const { resource, id } = route()
  const settings = resources[resource]
  const row = known.get(resource).find((one) => String(one.id) === id)
  const values = Object.fromEntries(new FormData(event.target))
  const { errors, patch } = checkForm(settings.columns, values)
  const refuse = (found) => show(itemView(resource, settings, row, { values, errors: found }), '[aria-invalid]')
  if (Object.keys(errors).length > 0) return refuse(errors)
  try {
    const response = await fetch(`${api}/${resource}/${encodeURIComponent(id)}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(patch) })
    if (response.status === 422) return refuse((await response.json()).errors)
    if (!response.ok) throw new Error(`It was not saved (${response.status}). What you typed is still here.`)
    Object.assign(row, await response.json())
    await render()
    status.textContent = 'Saved'
  } catch (error) {
    status.textContent = error.message
    status.classList.remove('unseen')
  }
${%- endunless %}
})

addEventListener('hashchange', () => render())
render()
