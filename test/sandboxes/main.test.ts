import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { startAll } from '../../sandboxes/main.ts'

const supabase = { target: 'http://127.0.0.1:1', jwtSecret: 'a secret that is long enough for HS256' }
const databases = () => readdirSync(stateDir).filter((file) => file.endsWith('.sqlite'))
let stateDir: string

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'sandboxes-'))
})
afterEach(() => rmSync(stateDir, { recursive: true }))

test('all vendors start, each with a state of its own, and take orders', async () => {
  const { origins, close } = await startAll({ stateDir, supabase })
  expect(Object.keys(origins)).toEqual(['retell', 'n8n', 'ghl', 'llm', 'supabase'])
  for (const origin of Object.values(origins)) {
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await (await fetch(`${origin}/__faults`)).json()).toEqual({ rate: 0, kinds: [], latencyMs: 0 })
  }
  await close()
  expect(databases()).toEqual(['ghl.sqlite', 'llm.sqlite', 'n8n.sqlite', 'retell.sqlite', 'supabase.sqlite'])
})

test('without PostgREST there is no Supabase sandbox', async () => {
  const { origins, close } = await startAll({ stateDir })
  expect(origins).not.toHaveProperty('supabase')
  await close()
})

test('where one port is busy none keeps running', async () => {
  const first = await startAll({ stateDir })
  const port = Number(new URL(first.origins.llm).port)
  await first.close()

  const holder = await startAll({ stateDir, ports: { llm: port } })
  expect(holder.origins.llm).toBe(first.origins.llm)
  const retellPort = Number(new URL(first.origins.retell).port)
  await expect(startAll({ stateDir: join(stateDir, 'other'), ports: { retell: retellPort, llm: port } })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await expect(fetch(`http://127.0.0.1:${retellPort}/__faults`)).rejects.toThrow()
  await holder.close()
})
