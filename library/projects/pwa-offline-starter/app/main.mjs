${% if variables.outbox -%}
import { createOutbox, createStore } from './outbox.mjs'

const outbox = createOutbox(createStore(), (...args) => fetch(...args))
${% endif -%}
const [form, list, network, update] = ['new', 'notes', 'network', 'update'].map((id) => document.getElementById(id))

function item(text, waiting) {
  const element = document.createElement('li')
  element.textContent = waiting ? `${text} (${waiting})` : text
  element.classList.toggle('waiting', Boolean(waiting))
  return element
}

async function show() {
  const response = await fetch('/api/notes').catch(() => undefined)
  const isFresh = response?.ok === true && !response.headers.has('X-From-Cache')
  network.textContent = isFresh ? '' : response?.ok ? ${% if variables.strategy == "network-first" %}'As of the last time there was a network'${% else %}'As of your last look'${% endif %} : 'No network'
  const { items } = response?.ok ? await response.json() : { items: [] }
${%- if variables.outbox %}
  const waiting = (await outbox.waiting()).toSorted((a, b) => b.at - a.at)
  list.replaceChildren(...waiting.map(({ body, refused }) => item(body.text, refused ? `refused, ${refused}` : 'waits to be sent')), ...items.map(({ text }) => item(text)))
${%- else %}
  list.replaceChildren(...items.map(({ text }) => item(text)))
${%- endif %}
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { value } = form.elements.text
${%- if variables.outbox %}
  await outbox.add('/api/notes', { text: value })
  form.reset()
  await show()
  await send()
${%- else %}
  const response = await fetch('/api/notes', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }, body: JSON.stringify({ text: value }) }).catch(() => undefined)
  network.textContent = response?.ok ? '' : 'It was not saved: there is no network. What you wrote is still here.'
  if (!response?.ok) return
  form.reset()
  await show()
${%- endif %}
})
${%- if variables.outbox %}

async function send() {
  if (await outbox.send() > 0) await show()
}
// `online` says that there is a cable, not that there is a way: so it is tried when the reader comes back, too.
addEventListener('online', send)
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') send() })
${%- endif %}

/** A browser that knows no module workers uses the app with a network alone. */
async function register() {
  const registration = await navigator.serviceWorker.register('/sw.mjs', { type: 'module' })
  const offer = (worker) => {
    update.hidden = false
    update.querySelector('button').onclick = () => worker.postMessage('change over')
  }
  if (registration.waiting) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker.addEventListener('statechange', () => { if (worker.state === 'installed' && navigator.serviceWorker.controller) offer(worker) })
  })
  const had = navigator.serviceWorker.controller
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (had) location.reload() })
}

if ('serviceWorker' in navigator) register().catch(() => { network.textContent = 'This browser needs a network for this app' })
if (new URLSearchParams(location.search).has('new')) form.elements.text.focus()
await show()
${%- if variables.outbox %}
await send()
${%- endif %}
