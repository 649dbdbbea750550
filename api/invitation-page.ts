import express from 'express'
import type { Router } from 'express'
import { trailOf } from './trail.ts'

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Slipway: accept your invitation</title>
  <link rel="stylesheet" href="/invitation/style.css">
</head>
<body>
  <main>
    <h1>You are invited to Slipway</h1>
    <form>
      <label>Your name <input name="name" autocomplete="name" maxlength="100"></label>
      <label>Password, at least 12 characters <input name="password" type="password" autocomplete="new-password" minlength="12" maxlength="200" required></label>
      <button>Accept</button>
    </form>
    <p role="status"></p>
  </main>
  <script src="/invitation/accept.js"></script>
</body>
</html>
`

const style = 'body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:24rem;padding:0 1rem}label,input,button{display:block;width:100%;box-sizing:border-box}input,button{font:inherit;margin:.25rem 0 1rem;padding:.5rem}\n'

/** The token stands after the #, so that no server has seen it before it is accepted. */
const script = `const form = document.querySelector('form')
const status = document.querySelector('[role=status]')
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const name = form.elements.name.value.trim()
  const body = { token: location.hash.slice(1), password: form.elements.password.value, ...(name === '' ? {} : { name }) }
  const answer = await fetch('/api/v1/auth/invitation', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch(() => undefined)
  if (answer && answer.ok) form.remove()
  status.textContent = answer === undefined ? 'The service does not answer: try again.' : answer.ok ? 'Welcome. You can log in with your email and this password now.' : (await answer.json()).detail
})
`
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

/** Where the link of an invitation leads. */
export function invitationPage(): Router {
  const router = express.Router({ caseSensitive: true })
  const files: [path: string, type: string, text: string][] = [['/invitation', 'html', page], ['/invitation/accept.js', 'js', script], ['/invitation/style.css', 'css', style]]
  for (const [path, type, text] of files) {
    router.get(path, (_req, res) => {
      trailOf(res).route = path
      res.set({ 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-cache' }).type(type).send(text)
    })
  }
  return router
}
