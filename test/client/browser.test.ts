import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { type Need, testWith } from '../support/platform.ts'
import { smallTemplate } from '../support/small-plan.ts'
import { type TestStack, startStack } from '../support/stack.ts'

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
const chromiumPath = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))).find(isExecutable)
const chromium: Need = { isMet: chromiumPath !== undefined, without: 'there is no Chromium on PATH: install chromium' }

const bundle = (format: 'iife' | 'esm') => build({ entryPoints: [join(import.meta.dirname, '../../client/slipway.ts')], bundle: true, format, globalName: 'sdk', platform: 'browser', target: 'es2022', write: false, metafile: true, logLevel: 'silent' })

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false }) }, 120_000)
afterAll(() => stack.close())

const content = smallTemplate.replace(/initialization:[^]*/, '')
/** What a page does: all in its words, because it runs elsewhere. */
const page = (options: object, company: string) => `(async () => {
  const slipway = sdk.createSlipway(${JSON.stringify(options)})
  const { templateId } = await slipway.templates.import(${JSON.stringify({ kind: 'project', name: `small ${company}`, content })})
  const template = await slipway.getTemplate(templateId)
  const client = await slipway.clients.create({ name: ${JSON.stringify(company)} })
  const refused = await slipway.clients.create({ name: ${JSON.stringify(company)} }).catch((error) => error instanceof sdk.ApiError ? error.code : String(error))
  const deployment = await template.deploy({ clientId: client.id, targets: ['n8n'], variables: { company: ${JSON.stringify(company)} } })
  const types = []
  for await (const { type } of deployment.watch()) types.push(type)
  return JSON.stringify({ refused, last: types.at(-1), links: (await template.links()).map(({ name }) => name) })
})()`
const expected = { refused: '409.name_taken', last: 'success', links: ['flow'] }

test('the client is a bundle for browsers without anything of Node, and a small one', async () => {
  const { metafile, outputFiles } = await bundle('esm')
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter((path) => !/^(client\/|node_modules\/(openapi-fetch|eventsource-parser)\/)/.test(path))).toEqual([])
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
  expect(outputFiles[0]?.contents.length).toBeLessThan(100_000)
})

test('the bundle works where there is nothing but what the web has', async () => {
  const web = { fetch, Headers, Request, Response, FormData, URL, URLSearchParams, AbortController, AbortSignal, TextDecoder, TextEncoder, crypto, setTimeout, clearTimeout, Uint8Array, ReadableStream }
  const { outputFiles } = await bundle('iife')
  const context = createContext({ ...web })
  runInContext(outputFiles[0]?.text ?? '', context)
  const answer = await (runInContext(page({ baseUrl: stack.api, auth: { token: await stack.token() } }, 'bare'), context) as Promise<string>)
  expect(JSON.parse(answer)).toEqual(expected)
})

/** A site whose page brings the client along, with the API below the same address. */
async function startSite(script: string, html: string) {
  let tell: (text: string) => void = () => undefined
  const told = new Promise<string>((resolve) => { tell = resolve })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      if (request.url === '/') response.setHeader('content-type', 'text/html').end(html)
      else if (request.url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(script)
      else if (request.url === '/told') {
        tell(body.toString())
        response.end()
      } else {
        const headers = Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' && !/^(host|connection|content-length|accept-encoding)$/.test(name) ? [[name, value] as [string, string]] : []))
        void fetch(stack.api + (request.url ?? ''), { method: request.method ?? 'GET', headers, ...(body.length > 0 ? { body } : {}) }).then(async (answer) => {
          response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
          for await (const chunk of answer.body ?? []) response.write(chunk)
          response.end()
        }).catch((error: unknown) => { tell(String(error)) })
      }
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, told, stop: () => { server.closeAllConnections(); server.close() } }
}

testWith(chromium, 'the bundle works in a real browser', async () => {
  const [{ outputFiles }, token] = await Promise.all([bundle('iife'), stack.token()])
  const html = `<!doctype html><script src="/sdk.js"></script><script>
    const tell = (text) => fetch('/told', { method: 'POST', body: text });
    ${page({ baseUrl: 'ORIGIN', auth: { token } }, 'browser').replace('"ORIGIN"', 'location.origin')}.then(tell, (error) => tell(String(error.stack)))</script>`
  const site = await startSite(outputFiles[0]?.text ?? '', html)
  const profile = mkdtempSync(join(tmpdir(), 'slipway-chromium-'))
  const browser: ChildProcess = spawn(chromiumPath ?? '', ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, site.url], { stdio: 'ignore' })
  const ended = new Promise((resolve) => browser.once('exit', resolve))
  try {
    expect(JSON.parse(await Promise.race([site.told, ended.then((code) => `"the browser ended with ${String(code)}"`)]))).toEqual(expected)
  } finally {
    browser.kill()
    await ended
    site.stop()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}, 90_000)
