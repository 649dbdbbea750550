import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGhlSandbox, ghlSandbox } from '../../sandboxes/ghl.ts'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { RunningSandbox } from '../../sandboxes/kernel.ts'

type Json = Record<string, unknown>

const here = 'AcmeLocation00000001'
const elsewhere = 'OtherLocation0000002'
const version = '2021-07-28'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await startSandbox(ghlSandbox)
})
afterAll(() => sandbox.close())
beforeEach(() => fetch(`${sandbox.url}/__reset`, { method: 'POST' }))

async function request(url: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { Authorization: `Bearer pit-sandbox-${here}`, Version: version, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json & Record<string, never> }
}

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => request(sandbox.url, method, path, body, headers)
const as = (token: string) => ({ Authorization: `Bearer ${token}` })
const refusal = async (...args: Parameters<typeof call>) => {
  const { status, body } = await call(...args)
  return [status, body['message']]
}
const order = (faults: Json) => fetch(`${sandbox.url}/__faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) })
const state = async () => ((await (await fetch(`${sandbox.url}/__state`)).json()) as { resources: { type: string; id: string; name: string; body: Json }[] }).resources

/** Creates something and gives what the vendor wrapped. */
async function create(path: string, body: Json): Promise<Json & { id: string }> {
  const { status, body: answer } = await call('POST', path, body)
  expect([status, answer]).toEqual([201, expect.anything()])
  return Object.values(answer)[0] as unknown as Json & { id: string }
}

const stages = [
  { name: 'New', position: 0, stageWinProbability: 10 },
  { name: 'Won', position: 1, stageWinProbability: 100 },
]
const pipeline = (more: Json = {}) => ({ locationId: here, name: 'Sales', stages, ...more })
const of = (location = here) => `/locations/${location}`

describe('access', () => {
  test.each(['', 'Bearer nonsense', 'Bearer pit-sandbox-short', `pit-sandbox-${here}`])('the token "%s" is answered 401 Invalid JWT', async (Authorization) => {
    const { status, body } = await call('GET', of(), undefined, { Authorization })
    expect([status, body]).toEqual([401, { statusCode: 401, message: 'Invalid JWT', traceId: expect.any(String) }])
  })

  test('the Version header is required, and only published values are accepted: 401', async () => {
    const bare = await fetch(`${sandbox.url}${of()}`, { headers: as(`pit-sandbox-${here}`) })
    expect([bare.status, await bare.json()]).toMatchObject([401, { message: 'version header was not found.' }])
    expect(await refusal('GET', of(), undefined, { Version: '2020-01-01' })).toEqual([401, 'version header is invalid'])
    for (const Version of ['2021-04-15', '2021-07-28', '2023-02-21', 'v3']) expect((await call('GET', of(), undefined, { Version })).status).toBe(200)
  })

  test('a location answers its id and name', async () => {
    expect((await call('GET', of())).body).toEqual({ location: { id: here, name: expect.any(String) } })
  })

  test.each([
    ['the path', 'GET', `${of(elsewhere)}/tags`, undefined],
    ['the query', 'GET', `/calendars/?locationId=${elsewhere}`, undefined],
    ['the query of the search', 'GET', `/opportunities/search?location_id=${elsewhere}`, undefined],
    ['the body', 'POST', '/opportunities/pipelines', pipeline({ locationId: elsewhere })],
  ])('another location in %s is answered 403', async (_where, method, path, body) => {
    expect(await refusal(method, path, body)).toEqual([403, 'The token does not have access to this location.'])
  })

  test("another location's thing is answered 403, an unknown one 404", async () => {
    const { id } = await create('/calendars/', { locationId: here, name: 'Visits' })
    expect((await refusal('GET', `/calendars/${id}`, undefined, as(`pit-sandbox-${elsewhere}`)))[0]).toBe(403)
    expect((await refusal('GET', '/calendars/unknown'))[0]).toBe(404)
  })

  test('a missing scope is answered 401, for writes of pipelines only', async () => {
    const noScope = as(`pit-noscope-${here}`)
    const { id } = await create('/opportunities/pipelines', pipeline())
    for (const [method, path] of [['POST', '/opportunities/pipelines'], ['PUT', `/opportunities/pipelines/${id}`], ['DELETE', `/opportunities/pipelines/${id}`]] as const) {
      expect(await refusal(method, path, pipeline({ name: 'B' }), noScope)).toEqual([401, 'The token is not authorized for this scope.'])
    }
    expect((await call('GET', `/opportunities/pipelines?locationId=${here}`, undefined, noScope)).status).toBe(200)
    expect((await call('POST', `${of()}/tags`, { name: 'a' }, noScope)).status).toBe(201)
  })

  test('a path in the wrong case is answered 401, an unknown one 404', async () => {
    expect(await refusal('GET', `${of()}/customfields`)).toEqual([401, expect.stringContaining('IAM')])
    expect(await refusal('GET', `/Calendars/?locationId=${here}`)).toEqual([401, expect.stringContaining('IAM')])
    expect(await refusal('GET', '/forms/')).toEqual([404, 'Cannot GET /forms/'])
  })

  test('the journal names the location as the account', async () => {
    await call('GET', of())
    expect(await (await fetch(`${sandbox.url}/__journal`)).json()).toMatchObject([{ method: 'GET', path: of(), status: 200, account: here }])
  })
})

describe('bodies', () => {
  test.each(['customFields', 'customValues', 'tags'])('%s refuse a locationId in the body or the query: 422 with a list', async (kind) => {
    const known = { name: 'A', ...(kind === 'customFields' ? { dataType: 'TEXT' } : {}), ...(kind === 'customValues' ? { value: 'v' } : {}) }
    const { status, body } = await call('POST', `${of()}/${kind}`, { ...known, locationId: here })
    expect([status, body]).toEqual([422, { statusCode: 422, message: ['property locationId should not exist'], error: 'Unprocessable Entity', traceId: expect.any(String) }])
    expect(await refusal('GET', `${of()}/${kind}?locationId=${here}`)).toEqual([422, ['property locationId should not exist']])
    expect(await refusal('POST', `${of()}/${kind}`, { ...known, color: 'red' })).toEqual([422, ['property color should not exist']])
    expect((await call('POST', `${of()}/${kind}`, known)).status).toBe(201)
  })

  test('all problems of a body are listed', async () => {
    expect(await refusal('POST', `${of()}/customFields`, { label: 'x', name: '' })).toEqual([
      422,
      ['property label should not exist', 'name should not be empty', 'dataType should not be empty', 'dataType must be a string'],
    ])
    expect((await refusal('POST', `${of()}/customValues`, { name: 1, value: 'v' }))[1]).toEqual(['name must be a string'])
  })

  test('malformed JSON is answered 400', async () => {
    const response = await fetch(`${sandbox.url}${of()}/tags`, {
      method: 'POST',
      headers: { ...as(`pit-sandbox-${here}`), Version: version, 'content-type': 'application/json' },
      body: '{',
    })
    expect([response.status, response.headers.get('x-ratelimit-max')]).toEqual([400, '100'])
  })
})

describe('custom fields', () => {
  const fields = `${of()}/customFields`

  test('creating one answers 201 with a 20-character id and a key made of its name', async () => {
    const field = await create(fields, { name: 'Lead Source?', dataType: 'TEXT', placeholder: 'Where from' })
    expect(field).toMatchObject({ id: expect.stringMatching(/^[A-Za-z0-9]{20}$/), fieldKey: 'contact.lead_source', model: 'contact', dataType: 'TEXT', placeholder: 'Where from' })
    expect((await call('GET', `${fields}/${field.id}`)).body).toEqual({ customField: field })
  })

  test('a key that is sent is used', async () => {
    expect(await create(fields, { name: 'A', dataType: 'TEXT', fieldKey: 'contact.origin' })).toMatchObject({ fieldKey: 'contact.origin' })
    expect(await create(fields, { name: 'B', dataType: 'TEXT', fieldKey: 'origin', model: 'opportunity' })).toMatchObject({ fieldKey: 'opportunity.origin' })
  })

  test.each(['TEXT', 'LARGE_TEXT', 'NUMERICAL', 'PHONE', 'MONETORY', 'CHECKBOX', 'SINGLE_OPTIONS', 'MULTIPLE_OPTIONS', 'DATE', 'TEXTBOX_LIST', 'FILE_UPLOAD', 'RADIO', 'EMAIL'])(
    'the data type %s exists',
    async (dataType) => {
      expect(await create(fields, { name: 'F', dataType })).toMatchObject({ dataType })
    },
  )

  test('MONETARY, spelt right, is no data type', async () => {
    expect(await refusal('POST', fields, { name: 'F', dataType: 'MONETARY' })).toEqual([422, [expect.stringMatching(/^dataType must be one of .*MONETORY/)]])
  })

  test("a name or key that its model has is answered 400 with the existing one's id", async () => {
    const { id } = await create(fields, { name: 'Lead source', dataType: 'TEXT' })
    for (const body of [{ name: 'LEAD SOURCE', dataType: 'DATE' }, { name: 'Other', dataType: 'TEXT', fieldKey: 'contact.lead_source' }]) {
      const { status, body: answer } = await call('POST', fields, body)
      expect([status, answer]).toMatchObject([400, { message: expect.stringMatching(/already exists/), meta: { existingId: id } }])
    }
    expect(await create(fields, { name: 'Lead source', dataType: 'TEXT', model: 'opportunity' })).toMatchObject({ fieldKey: 'opportunity.lead_source' })
  })

  test('PUT needs the name, keeps the key, and refuses a data type', async () => {
    const { id } = await create(fields, { name: 'Size', dataType: 'SINGLE_OPTIONS', options: ['S', 'M'] })
    expect((await call('PUT', `${fields}/${id}`, { name: 'Size of shirt', options: ['L'] })).body).toMatchObject({
      customField: { id, name: 'Size of shirt', fieldKey: 'contact.size', dataType: 'SINGLE_OPTIONS', picklistOptions: ['L'] },
    })
    expect(await refusal('PUT', `${fields}/${id}`, { name: 'Size', dataType: 'SINGLE_OPTIONS' })).toEqual([422, ['property dataType should not exist']])
    expect((await refusal('PUT', `${fields}/${id}`, { placeholder: 'x' }))[0]).toBe(422)
  })

  test('a list is filtered by model', async () => {
    await create(fields, { name: 'C', dataType: 'TEXT' })
    await create(fields, { name: 'O', dataType: 'TEXT', model: 'opportunity' })
    const names = async (query: string) => ((await call('GET', `${fields}${query}`)).body['customFields'] as unknown as Json[]).map(({ name }) => name)
    expect([await names('?model=all'), await names('?model=opportunity'), await names('')]).toEqual([['C', 'O'], ['O'], ['C', 'O']])
    expect((await refusal('GET', `${fields}?model=company`))[0]).toBe(422)
  })

  test('deleting one answers "succeded", spelt so, and the name is free again', async () => {
    const { id } = await create(fields, { name: 'A', dataType: 'TEXT' })
    expect((await call('DELETE', `${fields}/${id}`)).body).toEqual({ succeded: true })
    expect((await refusal('DELETE', `${fields}/${id}`))[0]).toBe(404)
    await create(fields, { name: 'A', dataType: 'TEXT' })
  })
})

describe('custom values', () => {
  const values = `${of()}/customValues`

  test('creating one answers 201 with a merge key made of its name', async () => {
    const value = await create(values, { name: 'Company Name', value: 'Acme' })
    expect(value).toMatchObject({ id: expect.stringMatching(/^[A-Za-z0-9]{20}$/), fieldKey: '{{ custom_values.company_name }}', value: 'Acme', locationId: here })
    expect((await call('GET', `${values}/${value.id}`)).body).toEqual({ customValue: value })
    expect((await call('GET', values)).body).toEqual({ customValues: [value] })
  })

  test('a name that exists, in any case or as the same key, is answered 400', async () => {
    await create(values, { name: 'Company Name', value: 'Acme' })
    for (const name of ['company name', 'Company-Name']) expect(await refusal('POST', values, { name, value: 'B' })).toEqual([400, expect.stringMatching(/already exists/)])
  })

  test('PUT needs name and value, keeps the key, and does not take a name that is taken', async () => {
    const { id } = await create(values, { name: 'A', value: '1' })
    await create(values, { name: 'B', value: '2' })
    expect((await call('PUT', `${values}/${id}`, { name: 'C', value: '3' })).body).toMatchObject({ customValue: { id, name: 'C', value: '3', fieldKey: '{{ custom_values.a }}' } })
    expect((await refusal('PUT', `${values}/${id}`, { value: '3' }))[0]).toBe(422)
    expect((await refusal('PUT', `${values}/${id}`, { name: 'C' }))[0]).toBe(422)
    expect((await refusal('PUT', `${values}/${id}`, { name: 'b', value: '3' }))[0]).toBe(400)
    expect((await call('DELETE', `${values}/${id}`)).body).toEqual({ succeded: true })
  })
})

describe('tags', () => {
  const tags = `${of()}/tags`

  test('tags are kept in lower case, and one that exists is answered 400', async () => {
    const tag = await create(tags, { name: 'Hot Lead' })
    expect(tag).toEqual({ id: tag.id, name: 'hot lead', locationId: here })
    expect(await refusal('POST', tags, { name: 'HOT LEAD' })).toEqual([400, 'The tag name is already exist.'])
    expect((await call('GET', tags)).body).toEqual({ tags: [tag] })
  })

  test('the same tag can exist in another location', async () => {
    await create(tags, { name: 'a' })
    expect((await call('POST', `${of(elsewhere)}/tags`, { name: 'a' }, as(`pit-sandbox-${elsewhere}`))).status).toBe(201)
    expect((await call('GET', tags)).body['tags']).toHaveLength(1)
  })

  test('a tag is renamed, unless the name is taken, and deleted', async () => {
    const { id } = await create(tags, { name: 'a' })
    await create(tags, { name: 'b' })
    expect((await call('PUT', `${tags}/${id}`, { name: 'C' })).body).toMatchObject({ tag: { id, name: 'c' } })
    expect((await refusal('PUT', `${tags}/${id}`, { name: 'B' }))[0]).toBe(400)
    expect((await call('GET', `${tags}/${id}`)).body).toMatchObject({ tag: { name: 'c' } })
    expect((await call('DELETE', `${tags}/${id}`)).body).toEqual({ succeded: true })
  })
})

describe('calendars', () => {
  test('location and name make an event calendar with slots of 30 minutes', async () => {
    const calendar = await create('/calendars/', { locationId: here, name: 'First Visit' })
    expect(calendar).toMatchObject({ id: expect.stringMatching(/^[A-Za-z0-9]{20}$/), calendarType: 'event', slotDuration: 30, slug: 'first-visit', locationId: here })
    expect((await call('GET', `/calendars/${calendar.id}`)).body).toEqual({ calendar })
    expect((await call('GET', `/calendars/?locationId=${here}`)).body).toEqual({ calendars: [calendar] })
  })

  test('location, name and known fields only', async () => {
    expect((await refusal('POST', '/calendars/', { name: 'A' }))[0]).toBe(422)
    expect((await refusal('POST', '/calendars/', { locationId: here }))[0]).toBe(422)
    expect(await refusal('POST', '/calendars/', { locationId: here, name: 'A', timezone: 'UTC' })).toEqual([422, ['property timezone should not exist']])
    expect((await refusal('POST', '/calendars/', { locationId: here, name: 'A', calendarType: 'party' }))[0]).toBe(422)
    expect((await refusal('GET', '/calendars/'))[0]).toBe(422)
  })

  test('a slug that is taken is answered 400; without one, the same name twice is fine', async () => {
    const first = await create('/calendars/', { locationId: here, name: 'Visit', slug: 'visit' })
    expect(await refusal('POST', '/calendars/', { locationId: here, name: 'Other', slug: 'visit' })).toEqual([400, expect.any(String)])
    const second = await create('/calendars/', { locationId: here, name: 'Visit' })
    expect(second['slug']).not.toBe('visit')
    expect((await refusal('PUT', `/calendars/${second.id}`, { slug: 'visit' }))[0]).toBe(400)
    expect((await call('PUT', `/calendars/${first.id}`, { slug: 'visit', name: 'Renamed' })).body).toMatchObject({ calendar: { name: 'Renamed', slug: 'visit' } })
  })

  test('neither location nor type of a calendar can be changed', async () => {
    const { id } = await create('/calendars/', { locationId: here, name: 'Visit' })
    expect(await refusal('PUT', `/calendars/${id}`, { locationId: here, calendarType: 'event' })).toEqual([
      422,
      ['property locationId should not exist', 'property calendarType should not exist'],
    ])
    expect((await call('DELETE', `/calendars/${id}`)).body).toEqual({ success: true })
  })
})

describe('pipelines', () => {
  const path = '/opportunities/pipelines'
  const read = async (id: string) => ((await call('GET', `${path}/${id}`)).body['pipeline'] as unknown as { stages: (Json & { id: string })[] }).stages

  async function addOpportunity(pipelineId: string, pipelineStageId?: string): Promise<string> {
    const { body } = await call('POST', '/contacts/upsert', { locationId: here, email: 'ann@example.com' })
    const contactId = (body['contact'] as unknown as { id: string }).id
    const asked = { pipelineId, locationId: here, name: 'Ann', status: 'open', contactId, ...(pipelineStageId === undefined ? {} : { pipelineStageId }) }
    return (await create('/opportunities/', asked)).id
  }
  const count = async (pipelineId: string) => (await call('GET', `/opportunities/search?location_id=${here}&pipeline_id=${pipelineId}`)).body['meta']?.['total']

  test('creating one answers 201 with ids for the pipeline and its stages', async () => {
    const created = await create(path, pipeline())
    expect(created).toMatchObject({ id: expect.stringMatching(/^[A-Za-z0-9]{20}$/), locationId: here, stages: [{ id: expect.any(String), name: 'New', position: 0 }, { name: 'Won' }] })
    expect((await call('GET', `${path}?locationId=${here}`)).body).toEqual({ pipelines: [created] })
  })

  test('names are unique in a location, in any case', async () => {
    const { id } = await create(path, pipeline())
    expect(await refusal('POST', path, pipeline({ name: 'SALES' }))).toEqual([400, expect.stringMatching(/already exists/)])
    const other = await create(path, pipeline({ name: 'Support' }))
    expect((await refusal('PUT', `${path}/${other.id}`, { name: 'sales' }))[0]).toBe(400)
    expect((await call('PUT', `${path}/${id}`, { name: 'SALES' })).status).toBe(200)
  })

  test('every stage needs a position: 422 with a list', async () => {
    expect(await refusal('POST', path, pipeline({ stages: [{ name: 'New' }] }))).toEqual([422, ['stages.0.position must be a number conforming to the specified constraints']])
    expect((await refusal('POST', path, pipeline({ stages: [{ name: 'New', position: '0' }] })))[0]).toBe(422)
  })

  test('there is at least one stage, stage names are unique, and a new stage brings no id', async () => {
    expect((await refusal('POST', path, pipeline({ stages: [] })))[0]).toBe(422)
    expect((await refusal('POST', path, { locationId: here, name: 'A' }))[0]).toBe(422)
    expect((await refusal('POST', path, pipeline({ stages: [stages[0], { name: 'new', position: 1 }] })))[0]).toBe(400)
    expect(await refusal('POST', path, pipeline({ stages: [{ ...stages[0], id: 'x' }] }))).toEqual([422, ['stages.0.property id should not exist']])
  })

  test('PUT replaces the stages: ids are kept, a stage without one is new, a missing one is gone', async () => {
    const { id } = await create(path, pipeline())
    const [first, second] = await read(id)
    await call('PUT', `${path}/${id}`, { name: 'Sales', stages: [{ ...second, name: 'Closed', position: 0 }, { name: 'Later', position: 1, stageWinProbability: 5 }] })
    const replaced = await read(id)
    expect(replaced).toMatchObject([{ id: second?.id, name: 'Closed' }, { name: 'Later' }])
    expect(replaced.map((stage) => stage.id)).not.toContain(first?.id)
    expect((await refusal('PUT', `${path}/${id}`, { stages: [{ id: first?.id, name: 'Back', position: 0 }] }))[0]).toBe(400)
  })

  test.each(['id', 'position', 'dateAdded', 'dateUpdated', 'locationId'])('PUT refuses %s at the top', async (key) => {
    const { id } = await create(path, pipeline())
    expect(await refusal('PUT', `${path}/${id}`, { name: 'Sales', stages, [key]: key === 'locationId' ? here : 1 })).toEqual([422, [`property ${key} should not exist`]])
  })

  test('one stage without a probability, and all of them are rewritten', async () => {
    const { id } = await create(path, pipeline())
    expect((await read(id)).map((stage) => stage['stageWinProbability'])).toEqual([10, 100])
    await call('PUT', `${path}/${id}`, { stages: [{ name: 'A', position: 0, stageWinProbability: 7 }, { name: 'B', position: 1 }] })
    expect((await read(id)).map((stage) => stage['stageWinProbability'])).toEqual([50, 100])
  })

  test('opportunities of a stage that is gone move to the lowest one left', async () => {
    const { id } = await create(path, pipeline())
    const [first, second] = await read(id)
    const opportunity = await addOpportunity(id, second?.id)
    await call('PUT', `${path}/${id}`, { stages: [first] })
    expect((await call('GET', `/opportunities/${opportunity}`)).body).toMatchObject({ opportunity: { pipelineStageId: first?.id } })
  })

  test('deleting a pipeline deletes its opportunities, without asking', async () => {
    const { id } = await create(path, pipeline())
    await addOpportunity(id)
    expect(await count(id)).toBe(1)
    expect((await call('DELETE', `${path}/${id}`)).status).toBe(200)
    expect(await count(id)).toBe(0)
    expect((await state()).map(({ type }) => type)).toEqual(['contact'])
  })

  test('an opportunity needs a pipeline, a stage and a contact of its location, and is one per contact', async () => {
    const { id } = await create(path, pipeline())
    const opportunity = await addOpportunity(id)
    const { body } = await call('GET', `/opportunities/${opportunity}`)
    const { contactId } = body['opportunity'] as unknown as { contactId: string }
    const asked = { pipelineId: id, locationId: here, name: 'Ann', status: 'open', contactId }
    expect((await refusal('POST', '/opportunities/', { ...asked, pipelineId: 'x' }))[0]).toBe(400)
    expect((await refusal('POST', '/opportunities/', { ...asked, contactId: 'x' }))[0]).toBe(400)
    expect((await refusal('POST', '/opportunities/upsert', { ...asked, pipelineStageId: 'x' }))[0]).toBe(400)
    expect((await refusal('POST', '/opportunities/', { ...asked, status: 'unsure' }))[0]).toBe(422)
    expect((await call('POST', '/opportunities/', asked)).body).toMatchObject({ statusCode: 400, meta: { existingId: opportunity } })
    expect((await call('POST', '/opportunities/upsert', { ...asked, status: 'won' })).body).toMatchObject({ new: false, opportunity: { id: opportunity, status: 'won' } })
    expect((await call('GET', `/opportunities/search?location_id=${here}&status=open`)).body['opportunities']).toEqual([])
    expect((await call('DELETE', `/opportunities/${opportunity}`)).status).toBe(200)
    expect((await call('POST', '/opportunities/upsert', asked)).body).toMatchObject({ new: true })
  })

  test('the search spells its parameters with underscores', async () => {
    expect(await refusal('GET', `/opportunities/search?locationId=${here}`)).toEqual([422, expect.arrayContaining(['property locationId should not exist'])])
  })
})

test('a contact is upserted by e-mail or phone, tags are overwritten, and a second create is refused', async () => {
  const first = await call('POST', '/contacts/upsert', { locationId: here, email: 'a@b.c', phone: '+1', tags: ['x', 'y'] })
  const again = await call('POST', '/contacts/upsert', { locationId: here, phone: '+1', tags: ['z'] })
  expect([first.body['new'], again.body]).toMatchObject([true, { new: false, contact: { email: 'a@b.c', tags: ['z'] } }])
  expect((await refusal('POST', '/contacts/', { locationId: here, email: 'a@b.c' }))[0]).toBe(400)
  const { id } = await create('/contacts/', { locationId: here, email: 'd@e.f' })
  expect((await call('GET', `/contacts/${id}`)).body).toMatchObject({ contact: { email: 'd@e.f' } })
})

test('workflows are read, never written: 404 on the dated versions, 403 on v3', async () => {
  const { body } = await call('GET', `/workflows/?locationId=${here}`)
  expect(body['workflows']).toMatchObject([{ name: 'Missed Call Text Back', status: 'published', locationId: here }, { status: 'draft' }])
  expect((await call('GET', `/workflows/?locationId=${here}`)).body).toEqual(body)
  expect(await refusal('POST', '/workflows/', { locationId: here, name: 'W' })).toEqual([404, 'Cannot POST /workflows/'])
  expect((await call('POST', '/workflows/', { locationId: here, name: 'W' }, { Version: 'v3' })).body).toMatchObject({ statusCode: 403, code: 'WORKFLOW_API_NOT_ENABLED_FOR_LOCATION' })
})

test('a knowledge base whose name is taken is created all the same, under another name; 15 are the most', async () => {
  const make = async (name: string) => (await call('POST', '/knowledge-bases/', { locationId: here, name })) as unknown as { status: number; body: { data: { id: string; name: string } } }
  const [first, second] = [await make('Help'), await make('help')]
  expect([first.status, second.status, first.body.data.name]).toEqual([201, 201, 'Help'])
  expect(second.body.data.name).toMatch(/^help \d+$/)
  expect((await call('PUT', `/knowledge-bases/${second.body.data.id}`, { description: 'x' })).body).toEqual({ success: true })
  expect((await call('GET', `/knowledge-bases/${second.body.data.id}`)).body).toMatchObject({ data: { description: 'x' } })
  for (let at = 3; at <= 15; at += 1) await make(`Base ${at}`)
  expect((await make('One more')).status).toBe(400)
  expect((await call('DELETE', `/knowledge-bases/${first.body.data.id}`)).body).toEqual({ success: true })
  expect((await call('GET', `/knowledge-bases/?locationId=${here}`)).body['data']).toMatchObject({ activeCount: 14 })
})

describe('limits', () => {
  const headersOf = (headers: Headers) => ['Max', 'Remaining', 'Interval-Milliseconds', 'Limit-Daily', 'Daily-Remaining', 'Daily-Reset'].map((name) => headers.get(`X-RateLimit-${name}`))

  test('every answer carries six headers, a refusal too', async () => {
    expect(headersOf((await call('GET', of())).headers)).toEqual(['100', '99', '10000', '200000', '199999', expect.stringMatching(/^\d+$/)])
    expect(headersOf((await call('GET', '/forms/')).headers)[1]).toBe('98')
    expect(headersOf((await call('GET', of(), undefined, { Authorization: 'none' })).headers)).toEqual(['100', '100', '10000', '200000', '200000', expect.any(String)])
  })

  test('the 101st request within 10 seconds is answered 429 without Retry-After, and other locations are not concerned', async () => {
    const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await call('GET', of())).status))
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    const limited = await call('GET', of())
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-ratelimit-remaining')]).toEqual([429, null, '0'])
    expect((await call('GET', of(elsewhere), undefined, as(`pit-sandbox-${elsewhere}`))).status).toBe(200)
    await fetch(`${sandbox.url}/__reset`, { method: 'POST' })
    expect((await call('GET', of())).status).toBe(200)
  })

  test('the window slides: room comes back as requests leave it, not at a boundary', async () => {
    const quick = await startSandbox(createGhlSandbox({ burst: 2, windowMs: 2000, daily: 100 }))
    try {
      const get = async () => (await request(quick.url, 'GET', of())).status
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
      expect(await get()).toBe(200)
      await pause(1400)
      expect([await get(), await get()]).toEqual([200, 429])
      await pause(900)
      expect([await get(), await get()]).toEqual([200, 429])
    } finally {
      await quick.close()
    }
  })

  test("when the day's requests are spent, 429 says so in its headers", async () => {
    const small = await startSandbox(createGhlSandbox({ burst: 100, windowMs: 10_000, daily: 1 }))
    try {
      expect((await request(small.url, 'GET', of())).headers.get('x-ratelimit-daily-remaining')).toBe('0')
      const spent = await request(small.url, 'GET', of())
      expect([spent.status, spent.headers.get('x-ratelimit-daily-remaining'), spent.headers.get('x-ratelimit-remaining')]).toEqual([429, '0', '99'])
    } finally {
      await small.close()
    }
  })

  test("the day's quota can be spent by an order, until it is healed", async () => {
    await order({ dailyRemaining: 0 })
    const spent = await call('GET', of())
    expect([spent.status, spent.headers.get('x-ratelimit-daily-remaining')]).toEqual([429, '0'])
    await order({ rate: 0 })
    expect((await call('GET', of())).status).toBe(200)
  })
})

describe('orders', () => {
  test('what is younger than the ordered lag is missing from lists, though it exists', async () => {
    await order({ listLagMs: 60_000 })
    const { id } = await create(`${of()}/tags`, { name: 'young' })
    expect((await call('GET', `${of()}/tags`)).body).toEqual({ tags: [] })
    expect((await call('GET', `${of()}/tags/${id}`)).status).toBe(200)
    expect((await refusal('POST', `${of()}/tags`, { name: 'young' }))[0]).toBe(400)
    expect(await state()).toHaveLength(1)
    await order({ rate: 0 })
    expect((await call('GET', `${of()}/tags`)).body).toMatchObject({ tags: [{ id }] })
  })

  test('faults have the shape of HighLevel, and a 429 never has Retry-After', async () => {
    await order({ rate: 1, kinds: ['429'], retryAfterMs: 1000 })
    const limited = await call('GET', of())
    expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-ratelimit-remaining')]).toEqual([429, null, '0'])
    expect(limited.headers.get('x-ratelimit-daily-remaining')).not.toBe('0')
    await order({ rate: 1, kinds: ['500'] })
    expect((await call('GET', of())).body).toMatchObject({ statusCode: 500, message: 'Internal server error' })
  })

  test('the state has one row per thing, with its location', async () => {
    await create(`${of()}/customFields`, { name: 'F', dataType: 'TEXT' })
    await create(`${of()}/customValues`, { name: 'V', value: 'v' })
    await create(`${of()}/tags`, { name: 't' })
    await create('/calendars/', { locationId: here, name: 'C' })
    await create('/opportunities/pipelines', pipeline())
    expect((await state()).map(({ type, name, body }) => [type, name, body['locationId']])).toEqual([
      ['customField', 'F', here],
      ['customValue', 'V', here],
      ['tag', 't', here],
      ['calendar', 'C', here],
      ['pipeline', 'Sales', here],
    ])
  })
})
