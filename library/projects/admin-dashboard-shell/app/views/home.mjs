import { html } from '../html.mjs'

/** How many there are of each, and how many are open. */
export const homeView = (resources, rowsOf) => ({
  title: 'Overview',
  status: 'Overview',
  body: html`<h1 tabindex="-1">Overview</h1><ul class="cards">${Object.entries(resources).map(([name, { label }]) => html`<li><a href="#/${name}">${label}</a><strong>${rowsOf(name).length}</strong>${rowsOf(name).filter(({ state }) => state === 'open').length} open</li>`)}</ul>`,
})

/** What is shown when something went wrong, with a way on. */
export const errorView = (what) => ({
  title: 'Something went wrong',
  status: what,
  body: html`<h1 tabindex="-1">Something went wrong</h1><p>${what}</p><p><button type="button" data-retry>Try again</button> <a href="#/">Overview</a></p>`,
})
