import type { Router } from 'express'
import type { SandboxContext, SandboxStore } from '../kernel.ts'
import { readForm, readNumber } from './form.ts'
import { readSources } from './knowledge-base-sources.ts'
import type { Source } from './knowledge-base-sources.ts'
import { refuse, unknownAsset } from './refusal.ts'
import { newId, readParam } from './wire.ts'
import type { Fields } from './wire.ts'

export interface KnowledgeBase {
  name: string
  /** Epoch milliseconds when the sources given last will be indexed. */
  readyAt: number
  autoRefresh: boolean
  maxChunkSize: number
  minChunkSize: number
  sources: Source[]
}

const indexingMs = 300
const longestName = 39

export function knowledgeBaseRoutes(app: Router, { store }: SandboxContext): void {
  app.post('/create-knowledge-base', async (req, res) => {
    const form = await readForm(req)
    const name = form.get('knowledge_base_name')
    if (typeof name !== 'string' || name === '') return refuse('knowledge_base_name is required')
    if (name.length > longestName) refuse('knowledge_base_name must be shorter than 40 characters')
    const knowledgeBase: KnowledgeBase = {
      name: freeName(store, name),
      readyAt: Date.now() + indexingMs,
      autoRefresh: form.get('enable_auto_refresh') === 'true',
      maxChunkSize: readNumber(form, 'max_chunk_size', 2000),
      minChunkSize: readNumber(form, 'min_chunk_size', 400),
      sources: readSources(form),
    }
    const id = newId('knowledge_base')
    store.put('knowledge-base', id, knowledgeBase)
    res.status(201).json(showKnowledgeBase(id, knowledgeBase))
  })

  app.post('/add-knowledge-base-sources/:id', async (req, res) => {
    const form = await readForm(req)
    const id = readParam(req, 'id')
    const found = getKnowledgeBase(store, id)
    const grown = { ...found, readyAt: Date.now() + indexingMs, sources: [...found.sources, ...readSources(form)] }
    store.put('knowledge-base', id, grown)
    res.status(201).json(showKnowledgeBase(id, grown))
  })

  app.get('/get-knowledge-base/:id', (req, res) => {
    const id = readParam(req, 'id')
    res.json(showKnowledgeBase(id, getKnowledgeBase(store, id)))
  })

  app.get('/list-knowledge-bases', (_req, res) => {
    res.json(store.list<KnowledgeBase>('knowledge-base').map(({ id, body }) => showKnowledgeBase(id, body)))
  })

  app.delete('/delete-knowledge-base/:id', (req, res) => {
    const id = readParam(req, 'id')
    if (!store.delete('knowledge-base', id)) unknownAsset('knowledge base', id)
    res.status(204).end()
  })

  app.delete('/delete-knowledge-base-source/:id/source/:source', (req, res) => {
    const [id, source] = [readParam(req, 'id'), readParam(req, 'source')]
    const found = getKnowledgeBase(store, id)
    const sources = found.sources.filter((one) => one.source_id !== source)
    if (sources.length === found.sources.length) unknownAsset('knowledge base source', source)
    store.put('knowledge-base', id, { ...found, sources })
    res.json(showKnowledgeBase(id, { ...found, sources }))
  })
}

/** Indexing is asynchronous: `in_progress` for a moment, then `complete`, or `error` for a URL nobody can reach. */
export function showKnowledgeBase(id: string, knowledgeBase: KnowledgeBase): Fields {
  const done = Date.now() >= knowledgeBase.readyAt
  const broken = knowledgeBase.sources.some(({ url }) => typeof url === 'string' && new URL(url).hostname.endsWith('.invalid'))
  return {
    knowledge_base_id: id,
    knowledge_base_name: knowledgeBase.name,
    status: !done ? 'in_progress' : broken ? 'error' : 'complete',
    enable_auto_refresh: knowledgeBase.autoRefresh,
    max_chunk_size: knowledgeBase.maxChunkSize,
    min_chunk_size: knowledgeBase.minChunkSize,
    ...(done ? { knowledge_base_sources: knowledgeBase.sources.map(({ text: _text, ...source }) => source) } : {}),
  }
}

/** Retell renames silently where a name is taken. */
function freeName(store: SandboxStore, name: string): string {
  const taken = new Set(store.list<KnowledgeBase>('knowledge-base').map(({ body }) => body.name))
  const numbered = (copy: number) => `${name.slice(0, longestName - ` (${copy})`.length)} (${copy})`
  let free = name
  for (let copy = 1; taken.has(free); copy += 1) free = numbered(copy)
  return free
}

const getKnowledgeBase = (store: SandboxStore, id: string): KnowledgeBase =>
  store.get<KnowledgeBase>('knowledge-base', id) ?? unknownAsset('knowledge base', id)
