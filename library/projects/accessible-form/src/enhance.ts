import { definition, words } from './definition.ts'
import { mistakeIn, mistakesOf, validate } from './validate.ts'
import type { Mistake, Values } from './validate.ts'

const within = <T extends Element>(parent: ParentNode, selector: string): T => {
  const found = parent.querySelector<T>(selector)
  if (found === null) throw new Error(`The page has no ${selector}`)
  return found
}

const valuesOf = (form: HTMLFormElement): Values => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))

function show(form: HTMLFormElement, name: string, message: string | undefined): void {
  const input = within<HTMLInputElement>(form, `#${name}`)
  const error = within<HTMLElement>(form, `#${name}-error`)
  error.hidden = message === undefined
  error.textContent = message ?? ''
  input.setAttribute('aria-invalid', String(message !== undefined))
}

/** Says all mistakes at the top, with a link to each field, and takes the focus there. */
function summarize(form: HTMLFormElement, mistakes: readonly Mistake[]): void {
  const summary = within<HTMLElement>(form, '.summary')
  summary.hidden = mistakes.length === 0
  const list = document.createElement('ul')
  list.append(...mistakes.map(({ name, message }) => {
    const item = document.createElement('li')
    const link = document.createElement('a')
    link.href = `#${name}`
    link.textContent = message
    link.addEventListener('click', (event) => { event.preventDefault(); within<HTMLElement>(form, `#${name}`).focus() })
    item.append(name === '' ? message : link)
    return item
  }))
  const heading = document.createElement('p')
  heading.textContent = words.summary(mistakes.length)
  summary.replaceChildren(heading, list)
  if (mistakes.length > 0) summary.focus()
}

function showAll(form: HTMLFormElement, mistakes: readonly Mistake[]): void {
  for (const { name } of definition) show(form, name, mistakes.find((one) => one.name === name)?.message)
  summarize(form, mistakes)
}

// The attribute: a field may be called action.
async function send(form: HTMLFormElement): Promise<Mistake[]> {
  const response = await fetch(form.getAttribute('action') ?? '', { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify(valuesOf(form)) }).catch(() => undefined)
  if (response === undefined) return [{ name: '', message: words.offline }]
  return response.ok ? [] : mistakesOf(await response.json().catch(() => undefined))
}

export function enhance(form: HTMLFormElement): void {
  const button = within<HTMLButtonElement>(form, 'button[type="submit"]')
  const status = within<HTMLElement>(form, '[role="status"]')
  // The browser's own bubbles vanish, and are not read by all screen readers.
  form.noValidate = true
  for (const field of definition) {
    const input = within<HTMLInputElement>(form, `#${field.name}`)
    const check = () => { show(form, field.name, mistakeIn(field, valuesOf(form)[field.name])) }
    input.addEventListener('change', check)
    input.addEventListener('input', () => { if (input.getAttribute('aria-invalid') === 'true') check() })
  }
  let sending = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (sending) return
    const mistakes = validate(valuesOf(form))
    showAll(form, mistakes)
    if (mistakes.length > 0) return
    sending = true
    // Not disabled: a button that is loses the focus, and with it the reader's place.
    button.setAttribute('aria-disabled', 'true')
    status.textContent = words.sending
    void send(form).then((refused) => {
      status.textContent = refused.length === 0 ? words.sent : ''
      showAll(form, refused)
      if (refused.length === 0) form.reset()
    }).finally(() => { sending = false; button.removeAttribute('aria-disabled') })
  })
}

for (const form of document.querySelectorAll('form')) enhance(form)
