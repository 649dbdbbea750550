import { html } from '../html.mjs'
import { shown } from './cell.mjs'
${%- if variables.readOnly %}

/** One item with all that is known of it. */
export const itemView = (resource, { label, columns }, row) => ({
  title: `${row.name ?? row.id}, ${label}`,
  status: `${label}, ${row.name ?? row.id}`,
  body: html`<p><a href="#/${resource}">${label}</a></p><h1 tabindex="-1">${row.name ?? row.id}</h1><dl>${columns.map(({ name, label: title, type }) => html`<dt>${title}</dt><dd>${shown(type, row[name])}</dd>`)}</dl>`,
})
${%- else %}

const isEditable = ({ name, type }) => name !== 'id' && type !== 'date'

/** What is wrong with what was typed, by field; and the values as the API wants them. */
export function checkForm(columns, values) {
  const errors = {}
  const patch = {}
  for (const { name, label, type, required, maxLength, min, choices } of columns.filter(isEditable)) {
    const text = (values[name] ?? '').trim()
    if (text === '') {
      if (required) errors[name] = `Enter ${label.toLowerCase()}`
      else patch[name] = null
    } else if (maxLength !== undefined && text.length > maxLength) errors[name] = `${label} has ${text.length} characters, at most ${maxLength} fit`
    else if (choices !== undefined && !choices.includes(text)) errors[name] = `Choose one of ${choices.join(', ')}`
    else if (type === 'number' && !Number.isFinite(Number(text))) errors[name] = `Write ${label.toLowerCase()} in digits, such as 12.50`
    else if (type === 'number' && min !== undefined && Number(text) < min) errors[name] = `${label} must be at least ${min}`
    else patch[name] = type === 'number' ? Number(text) : text
  }
  return { errors, patch }
}

function field({ name, label, type, required, choices }, value, error) {
  const described = error ? html` aria-describedby="${name}-error" aria-invalid="true"` : ''
  const control = choices
    ? html`<select id="${name}" name="${name}"${described}>${choices.map((one) => html`<option${one === value ? html` selected` : ''}>${one}</option>`)}</select>`
    : html`<input id="${name}" name="${name}" value="${value ?? ''}"${type === 'number' ? html` inputmode="decimal"` : ''}${required ? html` required` : ''}${described}>`
  return html`<p><label for="${name}">${label}${required ? ' (required)' : ''}</label>${control}</p>${error && html`<p class="error" id="${name}-error">${error}</p>`}`
}

/** One item, to be read and changed. Errors stand at their fields, and what was typed stays. */
export function itemView(resource, { label, columns }, row, { values = {}, errors = {} } = {}) {
  const count = Object.keys(errors).length
  return {
    title: `${count > 0 ? 'Error: ' : ''}${row.name ?? row.id}, ${label}`,
    status: count > 0 ? `${count} ${count === 1 ? 'field needs' : 'fields need'} another look` : `${label}, ${row.name ?? row.id}`,
    body: html`<p><a href="#/${resource}">${label}</a></p><h1 tabindex="-1">${row.name ?? row.id}</h1>
<dl>${columns.filter((one) => !isEditable(one)).map(({ name, label: title, type }) => html`<dt>${title}</dt><dd>${shown(type, row[name])}</dd>`)}</dl>
<form data-item novalidate>${columns.filter(isEditable).map((one) => field(one, values[one.name] ?? row[one.name], errors[one.name]))}<p><button type="submit">Save</button></p></form>`,
  }
}
${%- endif %}
