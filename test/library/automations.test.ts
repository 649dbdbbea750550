import { describe, expect, test } from '@jest/globals'
import { DateTime } from 'luxon'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { artifactOf, packages, specsOf } from './packages.ts'
import type { Package, Part, Spec } from './packages.ts'
import { runFlow } from './run-flow.ts'
import type { FlowRun, VendorRequest } from './run-flow.ts'

const high = 'https://services.leadconnectorhq.com'
const idOf = (name: string): string => `${name}xK7pQ2mZ9wRt4Lb`.slice(0, 20)
const exampleIds = (name: Package): string[] => Object.values(((artifactOf(name, 'automation').variables['properties'] as Record<string, { examples?: Record<string, string>[] }>)['crm']?.examples ?? [])[0] ?? {})
const pipelineIds = new Map(packages.map((name) => [name, exampleIds(name).filter((id) => /^[a-z]*[pP]ipelineId/.test(id))]))

const rendered = new Map<string, Spec[]>()

/** Rendered once, and never changed. */
function partOf(name: Package, part: Part): Spec[] {
  const specs = rendered.get(`${name} ${part}`) ?? specsOf(artifactOf(name, part))
  rendered.set(`${name} ${part}`, specs)
  return specs
}

/** Answers by the beginning of method and address; the first that fits. */
type Answers = Record<string, Json | ((request: VendorRequest) => Json) | { refused: number }>

function usualAnswers(name: Package, call: JsonObject): Answers {
  const pipelines = partOf(name, 'crm').filter(({ type }) => type === 'pipeline')
  const ids = pipelineIds.get(name) ?? []
  return {
    'GET https://api.retellai.com/v2/get-call/': { call_id: 'call_1', from_number: '+15550001111', duration_ms: 95_000, call_status: 'ended', recording_url: 'https://recordings.example/1', ...call },
    [`POST ${high}/contacts/upsert`]: ({ body }) => ({ contact: { id: body['source'] === 'staff' ? 'staff' : 'contact' } }),
    // Both name them in one order.
    [`GET ${high}/opportunities/pipelines`]: { pipelines: pipelines.map(({ spec }, at) => ({ id: ids[at] ?? '', stages: (spec['stages'] as { name: string }[]).map((stage) => ({ id: `stage ${stage.name}`, name: stage.name })) })) },
    [`POST ${high}/calendars/events/appointments`]: { id: 'appointment' },
    [`POST ${high}`]: {}, [`PUT ${high}`]: {}, [`DELETE ${high}`]: {},
  }
}

async function play(name: Package, flow: string, trigger: string, body: JsonObject, call: JsonObject = {}, more: Answers = {}, seen = new Set<string>()): Promise<FlowRun> {
  const spec = partOf(name, 'automation').find((one) => one.name === flow)?.spec ?? {}
  const answers = [...Object.entries(more), ...Object.entries(usualAnswers(name, call))]
  return runFlow(spec, trigger, { body }, (request) => {
    const found = answers.find(([start]) => `${request.method} ${request.url}`.startsWith(start))?.[1]
    if (found === undefined) throw new Error(`nobody answers ${request.method} ${request.url}`)
    if (typeof found === 'object' && found !== null && 'refused' in found) return { status: Number(found['refused']), body: { message: 'refused' } }
    return { body: typeof found === 'function' ? found(request) : found }
  }, seen)
}

/** What Retell sends after a call, whose answers are read back from it. */
const after = (name: Package, flow: string, answers: JsonObject, more: Answers = {}, seen?: Set<string>) =>
  play(name, flow, 'Call event', { event: 'call_analyzed', call: { call_id: 'call_1' } }, { call_analysis: { call_summary: 'A summary.', custom_analysis_data: answers } }, more, seen)
const during = (name: Package, flow: string, trigger: string, tool: string, args: JsonObject, more: Answers = {}, call: JsonObject = {}) =>
  play(name, flow, trigger, { name: tool, args, call: { call_id: 'call_1' } }, { call_status: 'ongoing', ...call }, more)

const sentTo = ({ requests }: FlowRun, path: string): JsonObject[] => requests.filter(({ url, method }) => method !== 'GET' && url.startsWith(`${high}${path}`)).map(({ body }) => body)
const texts = (run: FlowRun): Json[] => sentTo(run, '/conversations/messages').map(({ contactId }) => contactId ?? null)
const tagsOf = (run: FlowRun): Json => sentTo(run, '/contacts/contact/tags')[0]?.['tags'] ?? []
const stageOf = (run: FlowRun): Json => sentTo(run, '/opportunities/upsert')[0]?.['pipelineStageId'] ?? null
const fieldsOf = (run: FlowRun): Record<string, Json> => Object.fromEntries((sentTo(run, '/contacts/upsert').at(0)?.['customFields'] as { id: string; field_value: Json }[]).map(({ id, field_value }) => [id, field_value]))
const slot = (day: string, hour: number, zone: string) => DateTime.fromISO(day, { zone }).set({ hour }).toISO() ?? ''
const day = (days: number) => DateTime.now().plus({ days }).toISODate() ?? ''

describe.each([
  ['dental-receptionist', 'afterCall'], ['real-estate-lead-qualifier', 'leads'], ['law-firm-intake', 'newMatters'],
  ['home-services-dispatcher', 'followUp'], ['restaurant-reservations', 'guests'], ['med-spa-booking', 'afterCall'],
] as const)('%s, after a call', (name, flow) => {
  const answers = { caller_kind: 'New matter', outcome: 'reserved' }

  test('does nothing for another event, for a call that Retell does not know, and for one that it has handled', async () => {
    const other = await play(name, flow, 'Call event', { event: 'call_started', call: { call_id: 'call_1' } })
    expect([other.requests, other.mails]).toEqual([[], []])
    const forged = await after(name, flow, answers, { 'GET https://api.retellai.com': { refused: 404 } })
    expect([forged.requests.length, forged.mails.map(({ to }) => to)]).toEqual([1, ['ops@agency.example']])
    const seen = new Set<string>()
    expect((await after(name, flow, answers, {}, seen)).requests.length).toBeGreaterThan(1)
    expect((await after(name, flow, answers, {}, seen)).requests).toEqual([])
  })

  test('leaves no contact of a call that was hung up at once', async () => {
    const run = await play(name, flow, 'Call event', { event: 'call_analyzed', call: { call_id: 'call_1' } }, { duration_ms: 2_000, call_analysis: {} })
    expect(sentTo(run, '/')).toEqual([])
  })

  test('says by mail which step failed, where HighLevel refuses', async () => {
    const run = await after(name, flow, answers, { [`POST ${high}/contacts/upsert`]: { refused: 401 } })
    expect(run.mails).toEqual([{ to: 'ops@agency.example', subject: expect.any(String), text: expect.stringContaining('401') as unknown }])
    expect(run.mails[0]?.text).toContain('Call: call_1')
  })
})

describe('the dental receptionist', () => {
  const name = 'dental-receptionist'
  const zone = 'America/New_York'
  const slots = { [`GET ${high}/calendars/`]: { '2027-03-01': { slots: [slot('2027-03-01', 9, zone), slot('2027-03-01', 14, zone)] }, '2027-03-02': { slots: [slot('2027-03-02', 15, zone), slot('2027-03-02', 16, zone)] }, traceId: 'x' } }

  test('offers three times, those that suit first', async () => {
    const run = await during(name, 'booking', 'Slots asked for', 'check_slots', { day: '2027-03-01', part_of_day: 'afternoon' }, slots)
    expect(run.response).toMatchObject({ ok: true, slots: [{ say: 'Monday, March 1, at 2:00 PM' }, { say: 'Tuesday, March 2, at 3:00 PM' }, { say: 'Tuesday, March 2, at 4:00 PM' }] })
    expect(run.requests.at(-1)?.query).toMatchObject({ startDate: String(DateTime.fromISO('2027-03-01', { zone }).toMillis()), timezone: zone })
  })

  test('books what was chosen, and says so when it has gone, is incomplete, or nobody is on the phone', async () => {
    const chosen = { start: slot('2027-03-01', 9, zone), first_name: 'Ann', last_name: 'Lee', phone: '', reason: 'cleaning', date_of_birth: '' }
    const booked = await during(name, 'booking', 'Booking asked for', 'book_appointment', chosen)
    expect(booked.response).toMatchObject({ ok: true, appointmentId: 'appointment' })
    expect(sentTo(booked, '/contacts/upsert')).toEqual([{ locationId: 've9EPM428h8vShlRW1KT', phone: '+15550001111', firstName: 'Ann', lastName: 'Lee', source: 'AI receptionist' }])
    expect(sentTo(booked, '/calendars')).toEqual([expect.objectContaining({ calendarId: idOf('calendarId'), contactId: 'contact', startTime: chosen.start, title: 'cleaning' })])
    expect((await during(name, 'booking', 'Booking asked for', 'book_appointment', chosen, { [`POST ${high}/calendars`]: { refused: 400 } })).response).toMatchObject({ ok: false, say: expect.stringContaining('taken') as unknown })
    expect((await during(name, 'booking', 'Booking asked for', 'book_appointment', { ...chosen, first_name: '' })).response).toMatchObject({ ok: false, say: expect.stringContaining('missing') as unknown })
    const stranger = await during(name, 'booking', 'Booking asked for', 'book_appointment', chosen, {}, { call_status: 'ended' })
    expect([stranger.response?.['ok'], sentTo(stranger, '/')]).toEqual([false, []])
  })

  test('mails an emergency, confirms a booking, and makes a task of a call back', async () => {
    const emergency = await after(name, 'afterCall', { first_name: 'Ann', last_name: '', urgency: 'Emergency', patient_type: 'New patient', outcome: 'transferred' })
    expect([emergency.mails.map(({ to }) => to), tagsOf(emergency), texts(emergency)]).toEqual([['on-duty@bright-smile.example'], ['ai receptionist', 'dental emergency', 'new patient'], []])
    expect(fieldsOf(emergency)).toEqual({ [idOf('patientType')]: 'New patient', [idOf('urgency')]: 'Emergency', [idOf('lastCall')]: 'A summary.' })
    const booked = await after(name, 'afterCall', { urgency: 'Routine', outcome: 'booked' })
    expect([stageOf(booked), texts(booked), booked.mails]).toEqual(['stage Appointment booked', ['contact'], []])
    const back = await after(name, 'afterCall', { urgency: 'Soon', outcome: 'call_back', visit_reason: 'crown' })
    expect([stageOf(back), sentTo(back, '/contacts/contact/tasks')[0]?.['title']]).toEqual(['stage Call back needed', 'Call back: crown'])
  })
})

describe('the real estate lead qualifier', () => {
  const name = 'real-estate-lead-qualifier'
  const hot = { lead_type: 'Buyer', timeframe: 'Within 30 days', financing: 'Cash', areas: 'Ballard', budget: 800_000, wants_viewing: true, has_agent: false, name: 'Ann Lee' }

  test('brings a hot lead to the agent on duty, with its reasons', async () => {
    const run = await after(name, 'leads', hot)
    expect([tagsOf(run), stageOf(run), texts(run)]).toEqual([['ai lead line', 'hot lead'], 'stage Viewing requested', ['staff']])
    expect(run.mails).toEqual([expect.objectContaining({ to: 'leads@harbor-pine.example', subject: 'Hot lead, 100 points: Ann Lee', text: expect.stringContaining('financing Cash +25') as unknown })])
    expect(fieldsOf(run)).toMatchObject({ [idOf('leadScore')]: 100, [idOf('budget')]: 800_000 })
  })

  test('sends nothing to who has an agent, and asks a warm lead again only while it is nobody\'s', async () => {
    const theirs = await after(name, 'leads', { ...hot, has_agent: true })
    expect([tagsOf(theirs), texts(theirs), theirs.mails]).toEqual([['ai lead line', 'has an agent'], [], []])
    const warm = { ...hot, timeframe: 'Later', financing: 'Applying', wants_viewing: false }
    const contact = (more: JsonObject) => ({ [`GET ${high}/contacts/contact`]: { contact: { tags: ['warm lead'], dnd: false, ...more } } })
    expect(texts(await after(name, 'leads', warm, contact({})))).toEqual(['contact', 'contact'])
    for (const more of [{ assignedTo: 'agent' }, { dnd: true }, { tags: ['hot lead'] }]) expect(texts(await after(name, 'leads', warm, contact(more)))).toEqual(['contact'])
    expect(texts(await after(name, 'leads', { lead_type: 'Renter', timeframe: 'Later' }))).toEqual([])
  })

  test('puts sellers into their own pipeline', async () => {
    const run = await after(name, 'leads', { lead_type: 'Seller', own_address: '12 Oak St', timeframe: 'Within 30 days' })
    expect(sentTo(run, '/opportunities/upsert')).toEqual([expect.objectContaining({ pipelineId: idOf('sellersPipelineId'), name: '12 Oak St', pipelineStageId: 'stage Valuation wanted' })])
  })

  test('requests a viewing at least two hours ahead', async () => {
    const wish = { listing: '4512 Alder Ave NW', start: `${day(2)}T15:00`, name: 'Ann Lee', email: '' }
    const run = await during(name, 'viewings', 'Viewing asked for', 'book_viewing', wish)
    expect(run.response).toMatchObject({ ok: true })
    expect(sentTo(run, '/calendars')).toEqual([expect.objectContaining({ appointmentStatus: 'new', title: 'Viewing: 4512 Alder Ave NW', startTime: DateTime.fromISO(wish.start, { zone: 'America/Los_Angeles' }).toISO(), endTime: DateTime.fromISO(`${day(2)}T15:30`, { zone: 'America/Los_Angeles' }).toISO() })])
    for (const start of [`${day(-2)}T15:00`, 'soon', '']) expect((await during(name, 'viewings', 'Viewing asked for', 'book_viewing', { ...wish, start })).response).toMatchObject({ ok: false })
  })
})

describe('the law firm intake', () => {
  const name = 'law-firm-intake'
  const check = (opposing: string, contacts: Record<string, string>[]) => during(name, 'conflicts', 'Names to check', 'check_conflict', { opposing_party: opposing, caller_name: 'Ann Lee', matter: 'injury' }, {
    [`POST ${high}/contacts/search`]: ({ body: { query } }) => ({ contacts: contacts.filter((one) => JSON.stringify(Object.values(one)).toLowerCase().includes(String(query))) }),
  })

  test('lets the facts be told only when no contact is alike, and never says why', async () => {
    expect((await check('Acme Corp.', [{ companyName: 'Beta LLC' }])).response).toEqual({ checked: true, proceed: 'full', say: 'Go on with the intake.' })
    for (const known of [{ companyName: 'ACME, Inc' }, { firstName: 'José', lastName: 'Acme' }]) {
      const { response } = await check(known.companyName === undefined ? 'Jose Acme' : 'Acme Corp', [known])
      expect(response).toMatchObject({ checked: true, proceed: 'basic' })
      expect(JSON.stringify(response)).not.toMatch(/conflict|client|contact/i)
    }
    expect((await check('John Smith', [{ firstName: 'John', lastName: 'Miller' }])).response).toMatchObject({ proceed: 'full' })
    expect((await check('Acme', [{ companyName: 'Acme', phone: '+15550001111' }])).response).toMatchObject({ proceed: 'full' })
    expect((await during(name, 'conflicts', 'Names to check', 'check_conflict', { opposing_party: 'Acme' }, { [`POST ${high}/contacts/search`]: { refused: 500 } })).response).toMatchObject({ proceed: 'basic' })
    expect((await during(name, 'conflicts', 'Names to check', 'check_conflict', {})).response).toMatchObject({ checked: false, proceed: 'basic' })
  })

  test.each([['Acme Holdings LLC', 'acme'], ['The Acme Roofing Co.', 'roofing'], ['Dr. José Niño', 'nino'], ['Ann-Marie van der Berg, LLP', 'marie']])('searches for the word that tells %s apart', async (opposing, query) => {
    expect(sentTo(await check(opposing, []), '/contacts/search')).toEqual([expect.objectContaining({ query, pageLimit: 100 })])
    expect((await check(opposing, [{ companyName: 'Beta LLC' }, { companyName: opposing.normalize('NFD').replace(/[\u0300-\u036f]/g, '') }])).response).toMatchObject({ checked: true, proceed: 'basic' })
  })

  test('has checked nothing where a name is but a form, or not all contacts were read', async () => {
    expect((await check('The Company LLC', [])).response).toMatchObject({ checked: false, proceed: 'basic' })
    const smiths = (count: number) => Array.from({ length: count }, (_, n) => ({ firstName: `Ann${String(n)}`, lastName: 'Smith' }))
    expect((await check('John Smith', smiths(99))).response).toMatchObject({ checked: true, proceed: 'full' })
    expect((await check('John Smith', smiths(100))).response).toMatchObject({ checked: false, proceed: 'basic' })
  })

  test('keeps the facts out of CRM and mails where a conflict is possible', async () => {
    const run = await after(name, 'newMatters', { caller_kind: 'New matter', full_name: 'Ann Lee', opposing_party: 'Acme', conflict_review: true, in_custody: true, matter_type: 'Personal injury' })
    expect([run.mails.map(({ to }) => to), stageOf(run)]).toEqual([['intake@alvarez-stone.example'], 'stage Conflict check'])
    expect(JSON.stringify([run.mails, sentTo(run, '/')])).not.toContain('A summary.')
  })

  test('sends a matter to its attorney, an urgent one with a task', async () => {
    const matter = { caller_kind: 'New matter', full_name: 'Ann Lee', email: 'ann@example.com', matter_type: 'Family', county: 'Harris' }
    const usual = await after(name, 'newMatters', matter)
    expect(usual.mails.map(({ to }) => to)).toEqual(['family@alvarez-stone.example', 'ann@example.com'])
    expect(usual.mails[1]?.text).toContain('does not make us your attorneys')
    const urgent = await after(name, 'newMatters', { ...matter, deadline: day(5), matter_type: 'Bankruptcy', email: '' })
    expect([urgent.mails.map(({ to }) => to), tagsOf(urgent)]).toEqual([['intake@alvarez-stone.example'], ['ai intake', 'deadline near']])
    expect(sentTo(urgent, '/contacts/contact/tasks')[0]?.['title']).toBe(`Deadline ${day(5)}: Ann Lee`)
    expect(fieldsOf(urgent)).toMatchObject({ [idOf('deadline')]: day(5), [idOf('conflictStatus')]: 'Not checked' })
    expect((await after(name, 'newMatters', { ...matter, has_attorney: true })).mails).toEqual([])
  })

  test('passes on what is no new matter, and makes no contact of it', async () => {
    const run = await after(name, 'newMatters', { caller_kind: 'Insurer', full_name: 'Bob' })
    expect([sentTo(run, '/'), run.mails.map(({ to, subject }) => [to, subject])]).toEqual([[], [['intake@alvarez-stone.example', 'Insurer: Bob']]])
  })
})

describe('the home services dispatcher', () => {
  const name = 'home-services-dispatcher'
  const job = { name: 'Ann Lee', phone: '', address: '5 Pine St', zip: '80203', trade: 'Heating', problem: 'no heat', urgency: 'Routine' }
  const send = (more: JsonObject, answers: Answers = {}) => during(name, 'dispatch', 'Job reported', 'request_dispatch', { ...job, ...more }, answers)

  test('gives a job a reference and a window, and texts an emergency to the technician', async () => {
    const routine = await send({})
    expect(routine.response).toMatchObject({ accepted: true, reference: expect.stringMatching(/^J\d{4}-LL_1$/) as unknown, window: expect.stringMatching(/^(Mon|Tues|Wednes|Thurs|Fri)day, .* between \d+ [AP]M and \d+ [AP]M$/) as unknown })
    expect([stageOf(routine), texts(routine)]).toEqual(['stage New request', []])
    const emergency = await send({ urgency: 'Emergency', access: 'gate 4' })
    expect([emergency.response?.['window'], stageOf(emergency), texts(emergency)]).toEqual(['within two hours', 'stage Dispatched', ['staff']])
    expect(sentTo(emergency, '/conversations')[0]?.['message']).toMatch(/EMERGENCY Heating: no heat\. 5 Pine St 80203\. Caller \+15550001111\. Access: gate 4/)
    const unsent = await send({ urgency: 'Emergency' }, { [`POST ${high}/conversations`]: { refused: 500 } })
    expect([unsent.response?.['accepted'], unsent.mails.map(({ to }) => to)]).toEqual([true, ['ops@agency.example']])
  })

  test('refuses what is incomplete or too far, with what the agent is to say', async () => {
    expect((await send({ zip: '8020' })).response).toMatchObject({ accepted: false, reason: 'incomplete' })
    expect((await send({ zip: '10001' })).response).toMatchObject({ accepted: false, reason: 'outside' })
    expect((await send({}, { [`POST ${high}/contacts`]: { refused: 500 } })).response).toMatchObject({ accepted: false, reason: 'system' })
  })

  test('escalates an emergency that nobody has confirmed, and reports hazards to the manager', async () => {
    const at = (stage: string) => ({ [`GET ${high}/opportunities/search`]: { opportunities: [{ pipelineStageId: `stage ${stage}` }] } })
    const emergency = { outcome: 'dispatched', urgency: 'Emergency', job_reference: 'J1121-AB12', problem: 'no heat' }
    const left = await after(name, 'followUp', emergency, at('Dispatched'))
    expect([texts(left), left.mails.map(({ to }) => to)]).toEqual([['staff'], ['manager@summit-heating.example']])
    const confirmed = await after(name, 'followUp', emergency, at('Confirmed'))
    expect([texts(confirmed), confirmed.mails]).toEqual([[], []])
    const gas = await after(name, 'followUp', { ...emergency, hazard: 'Gas' })
    expect([gas.mails.map(({ subject }) => subject), tagsOf(gas)]).toEqual([['Safety: Gas reported by +15550001111'], ['ai dispatcher', 'emergency job', 'safety hazard']])
    const routine = await after(name, 'followUp', { outcome: 'dispatched', urgency: 'Routine', hazard: 'None' })
    expect([texts(routine), routine.mails.map(({ to }) => to)]).toEqual([['contact'], ['dispatch@summit-heating.example']])
  })
})

describe('restaurant reservations', () => {
  const name = 'restaurant-reservations'
  const zone = 'America/Los_Angeles'
  const wish = { day: day(10), time: '19:30', party_size: 2 }
  const slots = (...hours: number[]) => ({ [`GET ${high}/calendars/${idOf('calendarId')}/free-slots`]: { [day(10)]: { slots: hours.map((hour) => slot(day(10), hour, zone)) } } })
  const ask = (tool: string, args: JsonObject, answers: Answers = {}) => during(name, 'reservations', 'Table function', tool, args, answers)

  test('says whether the time is free, and offers the nearest ones if not', async () => {
    expect((await ask('check_tables', { ...wish, time: '19:00' }, slots(18, 19, 21))).response).toMatchObject({ ok: true, exact: true })
    const near = await ask('check_tables', wish, slots(17, 18, 19, 21))
    expect(near.response).toMatchObject({ ok: true, exact: false, slots: [{ say: '7:00 PM' }, { say: '6:00 PM' }, { say: '9:00 PM' }] })
    expect((await ask('check_tables', wish, slots())).response).toMatchObject({ ok: false })
  })

  test('reserves, but no large party and no time that cannot be', async () => {
    const done = await ask('reserve_table', { ...wish, name: 'Ann', dietary: 'nuts', seating: 'Patio', occasion: '' })
    expect(done.response).toMatchObject({ ok: true, say: expect.stringContaining('table for 2') as unknown })
    expect(sentTo(done, '/calendars')).toEqual([expect.objectContaining({ title: 'Table for 2, Ann', description: 'Patio. Dietary: nuts', startTime: DateTime.fromISO(`${day(10)}T19:30`, { zone }).toISO(), endTime: DateTime.fromISO(`${day(10)}T21:15`, { zone }).toISO() })])
    expect((await ask('reserve_table', wish, { [`POST ${high}/calendars`]: { refused: 400 } })).response).toMatchObject({ ok: false, say: expect.stringContaining('just gone') as unknown })
    const large = await ask('reserve_table', { ...wish, party_size: 9 })
    expect([large.response, sentTo(large, '/')]).toEqual([expect.objectContaining({ ok: false, large: true }), []])
    for (const wrong of [{ ...wish, day: day(-2) }, { ...wish, time: 'eight' }, { ...wish, party_size: 0 }]) expect((await ask('reserve_table', wrong)).response).toMatchObject({ ok: false, say: expect.stringContaining('Ask for the day') as unknown })
  })

  test('cancels only what the calling number has reserved', async () => {
    const events = { [`GET ${high}/calendars/events`]: { events: [{ id: 'old', contactId: 'contact', appointmentStatus: 'cancelled' }, { id: 'theirs', contactId: 'contact', appointmentStatus: 'confirmed' }, { id: 'other', contactId: 'somebody' }] } }
    const done = await ask('cancel_reservation', { day: day(10), time: '19:00' }, { ...events, [`GET ${high}/contacts/search/duplicate`]: { contact: { id: 'contact' } } })
    expect([done.response?.['ok'], done.requests.at(-1)]).toEqual([true, { method: 'PUT', url: `${high}/calendars/events/appointments/theirs`, query: {}, body: { appointmentStatus: 'cancelled' } }])
    const stranger = await ask('cancel_reservation', { day: day(10), time: '19:00' }, { ...events, [`GET ${high}/contacts/search/duplicate`]: { contact: null } })
    expect([stranger.response?.['ok'], sentTo(stranger, '/')]).toEqual([false, []])
  })

  test('brings complaints to the manager, large parties to the events manager, and texts the others', async () => {
    expect((await after(name, 'guests', { outcome: 'message', complaint: true })).mails.map(({ to }) => to)).toEqual(['manager@trattoria-lucia.example'])
    const large = await after(name, 'guests', { outcome: 'large_party', party_size: 20, occasion: 'Birthday', guest_name: 'Ann' })
    expect([large.mails.map(({ to }) => to), sentTo(large, '/opportunities')[0]?.['name'], stageOf(large)]).toEqual([['events@trattoria-lucia.example'], 'Birthday for 20 - Ann', 'stage Enquiry'])
    const reserved = await after(name, 'guests', { outcome: 'reserved', severe_allergy: true })
    expect([texts(reserved), tagsOf(reserved), reserved.mails]).toEqual([['contact'], ['guest', 'allergy'], []])
  })

  test('mails the host what comes today, by time', async () => {
    const run = await play(name, 'dayList', 'Every day', {}, {}, { [`GET ${high}/calendars/events`]: { events: [{ title: 'Table for 4', startTime: slot(day(0), 20, zone), notes: 'window' }, { title: 'Table for 2', startTime: slot(day(0), 18, zone), description: 'Dietary: nuts' }, { title: 'Gone', startTime: slot(day(0), 19, zone), appointmentStatus: 'cancelled' }] } })
    expect(run.mails).toEqual([{ to: 'host@trattoria-lucia.example', subject: 'Today: 2 reservations', text: '18:00  Table for 2  (Dietary: nuts)\n20:00  Table for 4  (window)' }])
  })
})

describe('med spa booking', () => {
  const name = 'med-spa-booking'
  const wish = { treatment: 'Filler', first_visit: false, screening_flags: [] as string[], from_day: '2027-03-01', evenings: true }
  const slots = { [`GET ${high}/calendars/`]: { '2027-03-02': { slots: [slot('2027-03-02', 10, 'America/Phoenix'), slot('2027-03-02', 17, 'America/Phoenix')] }, '2027-03-03': { slots: [] }, '2027-03-04': { slots: [slot('2027-03-04', 11, 'America/Phoenix')] } } }

  test('offers different days, of the consultations where a consultation comes first', async () => {
    const known = await during(name, 'booking', 'Openings asked for', 'find_openings', wish, slots)
    expect(known.response).toMatchObject({ ok: true, consultation_first: false, openings: [{ say: 'Tuesday, March 2, at 5:00 PM' }, { say: 'Thursday, March 4, at 11:00 AM' }] })
    expect(known.requests.at(-1)?.url).toContain(idOf('treatmentsId'))
    for (const more of [{ first_visit: true }, { screening_flags: ['blood thinners'] }]) {
      const run = await during(name, 'booking', 'Openings asked for', 'find_openings', { ...wish, ...more }, slots)
      expect([run.response?.['consultation_first'], run.requests.at(-1)?.url.includes(idOf('consultationsId'))]).toEqual([true, true])
    }
  })

  test('holds a treatment, confirms a consultation, and keeps what was answered', async () => {
    const book = (more: JsonObject) => during(name, 'booking', 'Booking asked for', 'book_visit', { ...wish, start: slot('2027-03-02', 17, 'America/Phoenix'), name: 'Ann Lee', email: '', phone: '', sms_consent: true, ...more })
    const held = await book({})
    expect([held.response?.['consultation'], sentTo(held, '/calendars')[0]?.['appointmentStatus']]).toEqual([false, 'new'])
    const consult = await book({ screening_flags: ['pregnant', 'lidocaine'] })
    expect([consult.response?.['consultation'], sentTo(consult, '/calendars')[0]]).toEqual([true, expect.objectContaining({ calendarId: idOf('consultationsId'), appointmentStatus: 'confirmed', description: 'Screening: pregnant, lidocaine' })])
    expect(fieldsOf(consult)).toMatchObject({ [idOf('screening')]: 'pregnant, lidocaine', [idOf('firstVisit')]: 'No', [idOf('smsConsent')]: 'Yes' })
    expect((await book({ name: '' })).response).toMatchObject({ ok: false })
  })

  test('brings a reaction to the nurse before all else, and texts only who agreed', async () => {
    const reaction = await after(name, 'afterCall', { adverse_reaction: true, screening_flags: 'pregnant', outcome: 'transferred', name: 'Ann' })
    expect([texts(reaction), reaction.mails.map(({ to, subject }) => [to, subject]), tagsOf(reaction)]).toEqual([['staff'], [['nurse@luma.example', 'Adverse reaction: Ann']], ['ai booking', 'adverse reaction', 'screening flag']])
    const flagged = await after(name, 'afterCall', { screening_flags: 'blood thinners', outcome: 'consultation_booked', sms_consent: true })
    expect([texts(flagged), sentTo(flagged, '/contacts/contact/tasks')[0]?.['title']]).toEqual([[], 'Screening: blood thinners'])
    const agreed = await after(name, 'afterCall', { screening_flags: 'none', outcome: 'treatment_held', sms_consent: true })
    expect([texts(agreed), stageOf(agreed)]).toEqual([['contact'], 'stage Treatment held'])
    expect(texts(await after(name, 'afterCall', { screening_flags: 'none', outcome: 'treatment_held', sms_consent: false }))).toEqual([])
  })

  test('invites back those whose time it is, once each', async () => {
    const treated = (weeks: number) => [{ id: idOf('lastTreatment'), value: DateTime.now().minus({ weeks }).toISODate() }]
    const contacts = [{ id: 'due', phone: '+1', firstName: 'Ann', customFields: treated(20) }, { id: 'soon', phone: '+1', customFields: treated(3) }, { id: 'stopped', phone: '+1', dnd: true, customFields: treated(20) }, { id: 'never', phone: '+1' }, { id: 'number', phone: '+1', customFields: [{ id: idOf('lastTreatment'), value: DateTime.now().minus({ weeks: 30 }).toMillis() }] }]
    const run = await play(name, 'rebook', 'Tuesday mornings', {}, {}, { [`POST ${high}/contacts/search`]: { contacts } })
    expect(texts(run)).toEqual(['due', 'number'])
    expect(run.requests.filter(({ method }) => method === 'DELETE').map(({ url, body }) => [url, body])).toEqual(['due', 'number'].map((id) => [`${high}/contacts/${id}/tags`, { tags: ['rebook me'] }]))
  })
})
