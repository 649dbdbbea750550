import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { type Brought, type Registry, bring, keyOf } from './bring.ts'
import { findCandidates } from './find.ts'
import { type Read, readCandidate } from './read.ts'
import { type Source, type SourceOptions, withSource } from './source.ts'

export interface SeedItem {
  path: string
  status: Brought['status'] | 'failed'
  kind?: string
  name?: string
  version?: string
  /** Why it failed, or what else is to be known. */
  reason?: string
}

export interface SeedReport {
  created: number
  updated: number
  unchanged: number
  failed: number
  /** Sorted by path. */
  items: SeedItem[]
  /** YAML and JSON files that are no templates. */
  ignored: string[]
}

export interface SeedOptions extends SourceOptions {
  registry: Registry
  /** Why one was refused; undefined when the whole must end, as when nobody answers. */
  refusalOf(error: unknown): string | undefined
  /** How many are under way at once. */
  concurrency?: number
  onProgress?(done: number, total: number): void
}

/** Brings every template of a folder or repository into a registry. Safe to repeat: what is there is left alone. A broken one is reported and does not stop the rest. */
export const seed = (options: SeedOptions): Promise<SeedReport> => withSource(options, (source) => seedFrom(source, options))

async function seedFrom(source: Source, { registry, refusalOf, concurrency = 8, onProgress }: SeedOptions): Promise<SeedReport> {
  const candidates = (await findCandidates(source.folder)).filter(({ path }) => !source.links.has(path))
  const there = new Map<string, { id: string; version: string; contentRef: string }>()
  for await (const template of registry.templates()) there.set(keyOf(template), template)
  const deleted = new Set<string>()
  for await (const template of registry.templates({ deleted: true })) deleted.add(keyOf(template))
  const taken = new Map<string, { path: string; artifact: TemplateArtifact }>()
  const items: SeedItem[] = []
  const ignored: string[] = []

  const bringOne = async (path: string, artifact: TemplateArtifact): Promise<SeedItem> => {
    const about = { path, kind: artifact.kind, name: artifact.name }
    const first = taken.get(keyOf(artifact))
    taken.set(keyOf(artifact), first ?? { path, artifact })
    if (first) return sameAgain(about, artifact, first)
    try {
      const { note, ...brought } = await bring(registry, { there: there.get(keyOf(artifact)), deleted: deleted.has(keyOf(artifact)) }, artifact)
      return { ...about, ...brought, ...(note === undefined ? {} : { reason: note }) }
    } catch (error) {
      const reason = refusalOf(error)
      if (reason === undefined) throw error
      return { ...about, status: 'failed', reason }
    }
  }
  const settle = async (read: Read): Promise<void> => {
    if ('ignored' in read) ignored.push(read.path)
    else items.push('problem' in read ? { path: read.path, status: 'failed', reason: read.problem } : await bringOne(read.path, read.artifact))
    onProgress?.(items.length + ignored.length, candidates.length)
  }
  onProgress?.(0, candidates.length)
  await atOnce(concurrency, reading(), settle)
  return reportOf(items, ignored)

  /** One after the other: parsing takes this process anyway, and so the first of two with one name is always the same. */
  async function* reading(): AsyncGenerator<Read> {
    for (const candidate of candidates) yield await readCandidate(source, candidate)
  }
}

function sameAgain(about: Pick<SeedItem, 'path' | 'kind' | 'name'>, artifact: TemplateArtifact, first: { path: string; artifact: TemplateArtifact }): SeedItem {
  if (JSON.stringify(artifact) === JSON.stringify(first.artifact)) return { ...about, status: 'unchanged', reason: `the same as ${first.path}` }
  return { ...about, status: 'failed', reason: `${first.path} is a ${artifact.kind} template of the same name: give one of them another` }
}

/** The first error ends it, once what is under way is done. */
async function atOnce<T>(width: number, all: AsyncGenerator<T>, work: (one: T) => Promise<void>): Promise<void> {
  let ended = false
  const walk = async (): Promise<void> => {
    for (let next = await all.next(); !next.done && !ended; next = await all.next()) {
      await work(next.value).catch((error: unknown) => {
        ended = true
        throw error
      })
    }
  }
  const walks = await Promise.allSettled(Array.from({ length: width }, walk))
  for (const one of walks) if (one.status === 'rejected') throw one.reason
}

function reportOf(items: SeedItem[], ignored: string[]): SeedReport {
  const count = (status: SeedItem['status']): number => items.filter((item) => item.status === status).length
  return {
    created: count('created'), updated: count('updated'), unchanged: count('unchanged'), failed: count('failed'),
    items: items.sort((a, b) => (a.path < b.path ? -1 : 1)), ignored: ignored.sort(),
  }
}
