import { createRequire } from 'node:module'
import express from 'express'
import type { Router } from 'express'
import { openApiDocument } from '../contracts/openapi.ts'
import { trailOf } from './trail.ts'

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Slipway API</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/open.js"></script>
</body>
</html>
`
const script = "window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, tryItOutEnabled: true })\n"
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"

/** The API's description for programs (`/openapi.json`) and for people (`/docs`). */
export function docs(version: string): Router {
  const router = express.Router({ caseSensitive: true })
  const files: () => string = createRequire(import.meta.url)('swagger-ui-dist/absolute-path.js')
  let text: string | undefined
  for (const path of ['/openapi.json', '/api/v1/openapi.json']) {
    router.get(path, (_req, res) => {
      trailOf(res).route = path
      text ??= JSON.stringify(openApiDocument(version))
      res.type('application/json').set('Cache-Control', 'no-cache').send(text)
    })
  }
  router.use('/docs', (_req, res, next) => {
    trailOf(res).route = '/docs'
    res.setHeader('Content-Security-Policy', policy)
    next()
  })
  router.get('/docs', (_req, res) => { res.type('html').send(page) })
  router.get('/docs/open.js', (_req, res) => { res.type('js').send(script) })
  router.use('/docs', express.static(files(), { index: false, redirect: false, maxAge: '1h' }))
  return router
}
