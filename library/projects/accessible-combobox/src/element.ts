import { createSearch } from './search.ts'
import type { Search } from './search.ts'
import { empty, step } from './state.ts'
import type { Event as Happening, State } from './state.ts'
import type { Option } from './matching.ts'

let count = 0
const keys = ['ArrowDown', 'ArrowUp', 'Enter', 'Escape', 'Tab'] as const
type Key = (typeof keys)[number]
const isKey = (key: string): key is Key => (keys as readonly string[]).includes(key)

export class ComboBox extends HTMLElement {
  static readonly formAssociated = true
  static readonly observedAttributes = ['required', 'disabled']
  #internals = this.attachInternals()
  #state: State = empty
  #first: Option | undefined
  #id = `combo-${++count}`
  #input = document.createElement('input')
  #list = document.createElement('ul')
  #status = document.createElement('p')
  #search: Search | undefined
  #saying: ReturnType<typeof setTimeout> | undefined

  get value(): string { return this.#state.chosen?.value ?? '' }
  /** The option that is chosen; undefined clears it. */
  set option(option: Option | undefined) { this.#apply({ type: 'set', option }) }
  get name(): string { return this.getAttribute('name') ?? '' }
  get form(): HTMLFormElement | null { return this.#internals.form }

  connectedCallback(): void {
    if (this.#input.isConnected) return
${%- if variables.source == "list" %}
    const options: Option[] = [...this.querySelectorAll('option')].map(({ value, label }) => ({ value, label }))
    this.#first = [...this.querySelectorAll('option')].flatMap(({ value, label, defaultSelected }) => (defaultSelected ? [{ value, label }] : []))[0]
    this.#search = createSearch(() => options, (found) => { this.#apply({ type: 'found', options: found }) })
${%- else %}
    this.#search = createSearch(this.getAttribute('src') ?? '', (found) => { this.#apply({ type: 'found', options: found }) }, () => { this.#say('Suggestions cannot be loaded') })
${%- endif %}
    Object.assign(this.#list, { id: `${this.#id}-list`, hidden: true })
    for (const [key, value] of Object.entries({ type: 'text', role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.#list.id })) this.#input.setAttribute(key, value)
    for (const key of ['aria-labelledby', 'aria-label', 'aria-describedby', 'placeholder']) if (this.hasAttribute(key)) this.#input.setAttribute(key, this.getAttribute(key) ?? '')
    this.#list.setAttribute('role', 'listbox')
    this.#status.setAttribute('role', 'status')
    this.#status.className = 'visually-hidden'
    this.replaceChildren(this.#input, this.#list, this.#status)

    this.#input.addEventListener('input', () => { this.#ask(this.#input.value); this.#apply({ type: 'typed', text: this.#input.value }) })
    this.#input.addEventListener('keydown', (event) => {
      // Enter ends a word of Japanese or Chinese, and takes no option then.
      if (event.isComposing || !isKey(event.key) || event.altKey || event.ctrlKey || event.metaKey) return
      if (!this.#state.isOpen && event.key.startsWith('Arrow')) this.#ask('')
      if (this.#apply({ type: 'key', key: event.key })) event.preventDefault()
    })
    this.#input.addEventListener('click', () => { if (!this.#state.isOpen) { this.#ask(''); this.#apply({ type: 'toggled' }) } })
    this.#input.addEventListener('blur', () => { this.#apply({ type: 'left' }) })
    // Before the field loses its focus, which would close the list.
    this.#list.addEventListener('pointerdown', (event) => { event.preventDefault() })
    this.#list.addEventListener('click', (event) => {
      const item = (event.target as Element).closest('li')
      if (item) this.#apply({ type: 'picked', at: [...this.#list.children].indexOf(item) })
    })
    this.#apply({ type: 'set', option: this.#first }, false)
  }

  disconnectedCallback(): void { this.#search?.end(); clearTimeout(this.#saying) }
  attributeChangedCallback(): void { this.#draw() }
  formResetCallback(): void { this.#apply({ type: 'set', option: this.#first }, false) }
  formDisabledCallback(isDisabled: boolean): void { this.#input.disabled = isDisabled }
  override focus(options?: FocusOptions): void { this.#input.focus(options) }

  #ask(text: string): void { this.#search?.ask(text) }

  #apply(event: Happening, tells = true): boolean {
    const before = this.#state.chosen?.value
    const { state, handled } = step(this.#state, event)
    this.#state = state
    this.#draw()
    if (tells && event.type !== 'set' && state.chosen?.value !== before) this.dispatchEvent(new Event('change', { bubbles: true }))
    if (event.type === 'found' && state.isOpen) this.#say(state.shown.length === 0 ? 'Nothing fits' : `${state.shown.length} to choose from`)
    return handled
  }

  /** Once typing pauses: each letter said anew would drown all else. */
  #say(text: string): void {
    clearTimeout(this.#saying)
    this.#saying = setTimeout(() => { this.#status.textContent = text }, 700)
  }

  #draw(): void {
    const { text, isOpen, active, shown, chosen } = this.#state
    if (this.#input.value !== text) this.#input.value = text
    const isShown = isOpen && shown.length > 0
    this.#list.hidden = !isShown
    this.#input.setAttribute('aria-expanded', String(isShown))
    this.#list.replaceChildren(...shown.map(({ value, label }, at) => {
      const item = document.createElement('li')
      item.id = `${this.#id}-${at}`
      item.setAttribute('role', 'option')
      item.setAttribute('aria-selected', String(at === active))
      item.classList.toggle('chosen', value === chosen?.value)
      item.textContent = label
      return item
    }))
    const meant = isShown ? this.#list.children[active] : undefined
    if (meant) this.#input.setAttribute('aria-activedescendant', meant.id)
    else this.#input.removeAttribute('aria-activedescendant')
    meant?.scrollIntoView({ block: 'nearest' })
    this.#internals.setFormValue(chosen?.value ?? null)
    const isMissing = this.hasAttribute('required') && chosen === undefined
    if (this.#input.isConnected) this.#internals.setValidity(isMissing ? { valueMissing: true } : {}, isMissing ? 'Choose one of the suggestions' : '', this.#input)
  }
}

customElements.define('${{ variables.element }}', ComboBox)
