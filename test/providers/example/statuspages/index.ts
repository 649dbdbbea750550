import { z } from 'zod'
import { toPointer } from '../../../../domain/pointer.ts'
import type { Http, JsonAnswer, JsonRequest } from '../../../../providers/http.ts'
import { defineProvider } from '../../../../providers/provider.ts'
import type { Account, Desired, Live, ResourceType, SpecProblem } from '../../../../providers/provider.ts'

type Client = (method: JsonRequest['method'], path: string, body?: unknown, accept?: number[]) => Promise<JsonAnswer>

/** What a template may say; also what is compared with the vendor's answer. */
const spec = z.strictObject({
  name: z.string().min(1).max(60),
  description: z.string().optional(),
  group: z.string().optional(),
  labels: z.array(z.string()).optional(),
})

/** What the vendor answers. Parsed, so that a change of theirs is an error here and not somewhere later. */
const component = z.object({ id: z.string(), name: z.string(), description: z.string(), group: z.string(), labels: z.array(z.string()) })
const page = z.object({ items: z.array(component), next: z.string().nullable() })
const refusal = z.object({ error: z.object({ message: z.string() }) })

const connect = (baseUrl: string, apiKey: string, http: Http): Client => (method, path, body, accept) =>
  http.json({
    method,
    url: `${baseUrl}/v1${path}`,
    headers: { authorization: `Bearer ${apiKey}` },
    messageOf: (answer) => refusal.safeParse(answer).data?.error.message,
    ...(body === undefined ? {} : { body }),
    ...(accept === undefined ? {} : { accept }),
  })

function validate(given: object): SpecProblem[] {
  return (spec.safeParse(given).error?.issues ?? []).flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ pointer: toPointer([...path, key]), message: 'is not known', certain: true }))
    return [{ pointer: toPointer(path), message: issue.message }]
  })
}

/** The vendor has labels, so the marker is one: names stay clean, and people may rename. */
const labelOf = (marker: string): string => `slipway:${marker}`

function live(answer: unknown): Live {
  const { id, labels, ...rest } = component.parse(answer)
  return { externalId: id, spec: { ...rest, labels: labels.filter((label) => !label.startsWith('slipway:')) }, marked: true }
}

const body = ({ spec: wanted, marker }: Desired): object => ({ ...wanted, labels: [...((wanted['labels'] as string[] | undefined) ?? []), labelOf(marker)] })

async function find({ client }: Account<Client>, { marker }: Desired): Promise<Live | undefined> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = page.parse((await client('GET', `/components?label=${encodeURIComponent(labelOf(marker))}&cursor=${cursor}`)).body)
    const [found] = answer.items
    if (found) return live(found)
    cursor = answer.next
  }
  return undefined
}

const componentType: ResourceType<Client> = {
  title: 'Component',
  validate,
  // Defaults are written out, so that what a template no longer says is taken back.
  normalize: (given) => ({ spec: { description: '', group: '', labels: [], ...given }, notes: [] }),
  naturalKey: ({ marker }) => labelOf(marker),
  async get({ client }, externalId) {
    const answer = await client('GET', `/components/${externalId}`, undefined, [404])
    return answer.status === 404 ? undefined : live(answer.body)
  },
  find,
  create: async ({ client }, desired) => live((await client('POST', '/components', body(desired))).body),
  async update({ client }, { externalId }, desired) {
    const { group: _fixed, ...changeable } = body(desired) as { group?: string }
    return live((await client('PATCH', `/components/${externalId}`, changeable)).body)
  },
  async remove({ client }, externalId) {
    await client('DELETE', `/components/${externalId}`, undefined, [404])
  },
  url: ({ baseUrl }, { externalId }) => `${baseUrl}/app/components/${externalId}`,
  immutable: ['group'],
}

export const statuspages = defineProvider<Client>({
  name: 'statuspages',
  title: 'Status Pages',
  connection: {
    defaultBaseUrl: 'https://api.statuspages.example',
    config: z.strictObject({}),
    secrets: z.strictObject({ apiKey: z.string().min(1) }),
  },
  rateLimit: ({ id }) => ({ key: id, capacity: 20, perSecond: 10 }),
  connect: ({ baseUrl, secrets }, http) => connect(baseUrl, secrets['apiKey'] ?? '', http),
  check: async ({ client }) => ({ account: z.object({ name: z.string() }).parse((await client('GET', '/account')).body).name }),
  resources: { component: componentType },
})
