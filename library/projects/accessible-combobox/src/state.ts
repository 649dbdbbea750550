import { exact } from './matching.ts'
import type { Option } from './matching.ts'

/** What the combobox knows. `active` is the place of the option that is meant; -1: none. */
export interface State { text: string; isOpen: boolean; active: number; shown: readonly Option[]; chosen: Option | undefined }

export type Event =
  | { type: 'typed'; text: string }
  | { type: 'found'; options: readonly Option[] }
  | { type: 'key'; key: 'ArrowDown' | 'ArrowUp' | 'Enter' | 'Escape' | 'Tab' }
  | { type: 'picked'; at: number }
  | { type: 'toggled' }
  | { type: 'left' }
  | { type: 'set'; option: Option | undefined }

/** `handled`: the browser must not do what the key usually does. */
export interface Step { state: State; handled: boolean }

export const empty: State = { text: '', isOpen: false, active: -1, shown: [], chosen: undefined }

const closed = (state: State): State => ({ ...state, isOpen: false, active: -1 })
const choose = (state: State, option: Option | undefined): State => ({ ...closed(state), chosen: option, text: option?.label ?? '' })

/** What a text is worth that nobody took from the list. */
function settled(state: State): State {
  if (state.text === (state.chosen?.label ?? '')) return closed(state)
  const meant = exact(state.shown, state.text)
  if (meant) return choose(state, meant)
${%- if variables.freeText %}
  const text = state.text.trim()
  return choose(state, text === '' ? undefined : { value: text, label: text })
${%- else %}
  // Emptied on purpose; anything else that is no option goes back to what was chosen.
  return choose(state, state.text.trim() === '' ? undefined : state.chosen)
${%- endif %}
}

function onKey(state: State, key: Extract<Event, { type: 'key' }>['key']): Step {
  const count = state.shown.length
  switch (key) {
    case 'ArrowDown': return { handled: true, state: { ...state, isOpen: true, active: !state.isOpen || state.active < 0 ? (count > 0 ? 0 : -1) : (state.active + 1) % count } }
    case 'ArrowUp': return { handled: true, state: { ...state, isOpen: true, active: !state.isOpen || state.active < 0 ? count - 1 : (state.active - 1 + count) % count } }
    // Only an option that is meant is taken, and then the form is not sent.
    case 'Enter': return state.isOpen && state.active >= 0 ? { handled: true, state: choose(state, state.shown[state.active]) } : { handled: false, state: settled(state) }
    case 'Tab': return { handled: false, state: state.isOpen && state.active >= 0 ? choose(state, state.shown[state.active]) : settled(state) }
    case 'Escape': return state.isOpen ? { handled: true, state: { ...closed(state), text: state.chosen?.label ?? '' } } : { handled: state.text !== '', state: choose(state, undefined) }
  }
}

export function step(state: State, event: Event): Step {
  switch (event.type) {
    case 'typed': return { handled: false, state: { ...state, text: event.text, isOpen: true, active: -1 } }
    // Options may come late: what was meant is found again by its value, or nothing is meant.
    case 'found': return { handled: false, state: { ...state, shown: event.options, active: event.options.findIndex(({ value }) => value === state.shown[state.active]?.value) } }
    case 'key': return onKey(state, event.key)
    case 'picked': return { handled: true, state: choose(state, state.shown[event.at] ?? state.chosen) }
    case 'toggled': return { handled: true, state: state.isOpen ? closed(state) : { ...state, isOpen: true } }
    case 'left': return { handled: false, state: settled(state) }
    case 'set': return { handled: false, state: choose(state, event.option) }
  }
}
