import { setTimeout as delay } from 'node:timers/promises'
import type { KnowledgeBaseAddSourcesParams, KnowledgeBaseCreateParams } from 'retell-sdk/resources/knowledge-base.js'
import { z } from 'zod'
import type { JsonObject } from '../../contracts/json.ts'
import { cut } from '../../domain/cut.ts'
import { diffSpec, unknownYet } from '../../domain/diff.ts'
import { ProviderError } from '../provider.ts'
import type { Desired, FieldChange, Live, ResourceType, SpecProblem } from '../provider.ts'
import { call, ifThere, json, provider, typed } from './client.ts'
import type { Retell } from './client.ts'
import { hasMarker, splitMarker, unmarked, withMarker } from './marker.ts'
import { dropKeys, objects, pick, strings, text, words } from './spec.ts'
import { problemsOf } from './spec-problems.ts'

/** Retell takes names shorter than 40 characters; ` [sw-0123456789ab]` takes 18 of the 39. */
const longestName = 21
const immutable = words('knowledge_base_name enable_auto_refresh max_chunk_size min_chunk_size')
const readOnly = new Set(words('knowledge_base_id status knowledge_base_sources last_refreshed_timestamp user_modified_timestamp error_messages'))
const texts = 'knowledge_base_texts'
const urls = 'knowledge_base_urls'

/** docs.retellai.com/api-references/create-knowledge-base */
const schema = z.strictObject({
  knowledge_base_name: z.string().min(1).max(39),
  [texts]: z.array(z.strictObject({ title: z.string().min(1), text: z.string().min(1) })).nullish(),
  [urls]: z.array(z.string().min(1)).nullish(),
  knowledge_base_files: z.undefined('files cannot travel in a template: use texts or URLs').optional(),
  enable_auto_refresh: z.boolean().nullish(),
  max_chunk_size: z.number().int().min(1).nullish(),
  min_chunk_size: z.number().int().min(1).nullish(),
})

function validate(spec: JsonObject): SpecProblem[] {
  const titles = objects(spec[texts]).map(({ title }) => text(title))
  const { max_chunk_size: max, min_chunk_size: min } = spec
  return [
    ...problemsOf(schema, spec, readOnly),
    ...titles.flatMap((title, index) =>
      title === '' || titles.indexOf(title) === index ? [] : [{ pointer: `/${texts}/${String(index)}/title`, message: 'another text has this title; texts are told apart by it' }],
    ),
    ...(typeof max === 'number' && typeof min === 'number' && min >= max ? [{ pointer: '/min_chunk_size', message: 'must be less than max_chunk_size' }] : []),
  ]
}

function normalize(spec: JsonObject): { spec: JsonObject; notes: string[] } {
  const { spec: kept, notes } = dropKeys(spec, readOnly)
  const { knowledge_base_name: name, ...rest } = kept
  // The SDK throws at a null, which means what its absence does.
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null))
  if (typeof name !== 'string') return { spec: name === undefined ? given : { ...given, knowledge_base_name: name }, notes }
  const own = unmarked(name, '/knowledge_base_name', notes)
  const short = cut(own, longestName).trimEnd()
  if (short !== own) notes.push(`/knowledge_base_name was cut to "${short}": Retell's limit leaves ${String(longestName)} characters beside our marker`)
  return { spec: { ...given, knowledge_base_name: short }, notes }
}

/** Of a text Retell shows its title alone; a changed text is noticed by the fingerprint of what was sent. */
function toLive(answer: JsonObject): Live {
  const { name, marker } = splitMarker(text(answer['knowledge_base_name']))
  const sources = objects(answer['knowledge_base_sources'])
  return {
    externalId: text(answer['knowledge_base_id']),
    spec: {
      knowledge_base_name: name,
      enable_auto_refresh: answer['enable_auto_refresh'] ?? false,
      max_chunk_size: answer['max_chunk_size'] ?? 2000,
      min_chunk_size: answer['min_chunk_size'] ?? 400,
      [texts]: sources.filter(({ type }) => type === 'text').map(({ title }) => ({ title: text(title) })),
      [urls]: sources.filter(({ type }) => type === 'url').map(({ url }) => text(url)),
    },
    marked: marker !== undefined,
    facts: { status: text(answer['status']), sources },
  }
}

const titlesOf = (spec: JsonObject): string[] => objects(spec[texts]).map(({ title }) => text(title)).sort()
const plainUrl = (url: string): string => url.replace(/\/$/, '')
const urlsOf = (spec: JsonObject): string[] => strings(spec[urls]).map(plainUrl).sort()
const differ = (a: string[], b: string[]): boolean => !b.includes(unknownYet) && JSON.stringify(a) !== JSON.stringify(b)

function diff(live: Live, { spec }: Desired): FieldChange[] {
  // Sources are shown only once the first indexing is done; a refresh goes on behind those that are shown.
  const status = text(live.facts?.['status'])
  if (status === 'in_progress' || status === 'error') return [{ field: '/status', from: status, to: 'complete' }]
  const [shownTitles, shownUrls] = [titlesOf(live.spec), urlsOf(live.spec)]
  return [
    ...diffSpec(live.spec, pick(spec, new Set(immutable))),
    // By another field than the texts themselves, which count as unreadable.
    ...(spec[texts] !== undefined && differ(shownTitles, titlesOf(spec)) ? [{ field: '/knowledge_base_sources', from: shownTitles, to: titlesOf(spec) }] : []),
    ...(spec[urls] !== undefined && differ(shownUrls, urlsOf(spec)) ? [{ field: `/${urls}`, from: shownUrls, to: urlsOf(spec) }] : []),
  ]
}

const patience = 60_000

/** Indexing is asynchronous. After a minute the step is tried again, which finds the same knowledge base and waits on. */
async function settled(client: Retell, id: string): Promise<Live> {
  const end = Date.now() + patience
  for (let pause = 100; ; pause = Math.min(pause * 2, 2_000)) {
    const live = toLive(json(await call(() => client.knowledgeBase.retrieve(id))))
    const status = live.facts?.['status']
    if (status === 'complete' || status === 'error') return live
    if (Date.now() + pause > end) throw new ProviderError(`retell is still indexing knowledge base ${id}`, { provider, retryable: true, vendorCode: 'INDEXING' })
    await delay(pause)
  }
}

function requireComplete(live: Live): Live {
  if (live.facts?.['status'] === 'complete') return live
  throw new ProviderError(`retell could not index knowledge base ${live.externalId}: check its URLs`, { provider, retryable: false, vendorCode: 'INDEXING_FAILED' })
}

export const knowledgeBase: ResourceType<Retell> = {
  title: 'Retell knowledge base',
  validate,
  normalize,
  immutable,
  unreadable: [texts],
  naturalKey: ({ marker }) => marker,
  diff,

  async get({ client }, externalId) {
    const answer = await ifThere(() => client.knowledgeBase.retrieve(externalId))
    return answer && toLive(json(answer))
  },

  async find({ client }, { marker }) {
    const all = await call(() => client.knowledgeBase.list())
    const found = all.find(({ knowledge_base_name }) => hasMarker(knowledge_base_name, marker))
    return found && toLive(json(found))
  },

  async create({ client }, { spec, marker }) {
    const body = { ...spec, knowledge_base_name: withMarker(text(spec['knowledge_base_name']), marker) }
    const made = await call(() => client.knowledgeBase.create(typed<KnowledgeBaseCreateParams>(body)))
    return requireComplete(await settled(client, made.knowledge_base_id))
  },

  /** Texts are written anew whenever anything differs, since they cannot be read: added first, so that there is always one. */
  async update({ client }, { externalId }, { spec }) {
    const live = await settled(client, externalId)
    const kept = new Set(live.facts?.['status'] === 'error' ? [] : urlsOf(live.spec).filter((url) => urlsOf(spec).includes(url)))
    const isOld = ({ type, url }: JsonObject): boolean => (type === 'text' ? spec[texts] !== undefined : type === 'url' && spec[urls] !== undefined && !kept.has(plainUrl(text(url))))
    const old = objects(live.facts?.['sources']).filter(isOld)
    const newUrls = strings(spec[urls]).filter((url) => !kept.has(plainUrl(url)))
    const added: JsonObject = {
      ...(objects(spec[texts]).length > 0 ? { [texts]: objects(spec[texts]) } : {}),
      ...(newUrls.length > 0 ? { [urls]: newUrls } : {}),
    }
    if (Object.keys(added).length > 0) {
      await call(() => client.knowledgeBase.addSources(externalId, typed<KnowledgeBaseAddSourcesParams>(added)))
      await settled(client, externalId)
    }
    for (const source of old) await ifThere(() => client.knowledgeBase.deleteSource(text(source['source_id']), { knowledge_base_id: externalId }))
    return requireComplete(await settled(client, externalId))
  },

  async remove({ client }, externalId) {
    await ifThere(() => client.knowledgeBase.delete(externalId))
  },

  url: (_connection, { externalId }) => `https://dashboard.retellai.com/knowledge-base#${externalId}`,
}
