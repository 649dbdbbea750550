import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { unknownYet } from '../../domain/diff.ts'
import { createRedact } from '../../domain/redact.ts'
import { ManualStep, ProviderError } from '../../providers/provider.ts'
import type { ResourceType } from '../../providers/provider.ts'
import { preview } from '../../providers/preview.ts'
import { apply, remove } from '../../providers/reconcile.ts'
import type { Intent } from '../../domain/intent.ts'
import type { Outcome, Wanted } from '../../providers/engine.ts'
import { Crash, createWorld, want } from './scripted.ts'
import type { World } from './scripted.ts'

let world: World
beforeEach(() => { world = createWorld() })

const deploy = (wanted: readonly Wanted[]): Promise<Outcome[]> => apply(world.engine, wanted, new Map(world.intents.flatMap(({ name, type, externalId, url }) => (externalId === null ? [] : [[name, { name, type, externalId, url: url ?? '' }]]))))
const undeploy = (options: { force?: boolean; kept?: string[] } = {}): Promise<Outcome[]> => remove(world.engine, structuredClone(world.intents), new Set(options.kept), { force: options.force ?? false })
const actions = (outcomes: readonly Outcome[]) => outcomes.map(({ action }) => action)
const refused = (status?: number) => new ProviderError('no', { provider: 'vendor', retryable: true, ...(status === undefined ? {} : { status }) })
const pair = (color = 'red') => [want('a', 'thing', { name: 'a', color }), want('b', 'thing', { name: 'b', color }, { position: 1, needs: 'a' })]

describe('apply', () => {
  test('what is missing is looked for, meant, created and recorded, in order, and later ones get the ids of earlier ones', async () => {
    const outcomes = await deploy(pair())
    expect(actions(outcomes)).toEqual(['created', 'created'])
    expect(world.calls).toEqual(['find thing a', 'intend a', 'create thing a', 'record thing/a', 'find thing b', 'intend b', 'create thing b', 'record thing/b'])
    expect(world.rows[1]?.spec).toMatchObject({ ref: world.rows[0]?.id })
    expect(world.intent('b')).toMatchObject({ externalId: world.rows[1]?.id, url: `https://vendor.test/${world.rows[1]?.id ?? ''}`, adopted: false, position: 1, naturalKey: 'sw-thing-b' })
    expect(world.outcomes).toEqual(outcomes)
  })

  test('what is as it should be is read and nothing more', async () => {
    await deploy(pair())
    world.calls.length = 0
    expect(actions(await deploy(pair()))).toEqual(['unchanged', 'unchanged'])
    expect(world.calls).toEqual(['get thing', 'get thing'])
  })

  test('what differs is updated in place', async () => {
    await deploy(pair())
    const ids = world.rows.map(({ id }) => id)
    expect(actions(await deploy(pair('blue')))).toEqual(['updated', 'updated'])
    expect(world.rows.map(({ id, spec }) => [id, spec['color']])).toEqual(ids.map((id) => [id, 'blue']))
  })

  test('a field that the vendor never shows is sent again when it changed, and only then', async () => {
    const secret = (value: string) => [want('s', 'thing', { name: 's', secret: value })]
    await deploy(secret('one'))
    expect(actions(await deploy(secret('one')))).toEqual(['unchanged'])
    expect(actions(await deploy(secret('two')))).toEqual(['updated'])
    expect(world.rows[0]?.spec).toMatchObject({ secret: 'two' })
    expect(actions(await deploy(secret('two')))).toEqual(['unchanged'])
  })

  test('a field that the vendor cannot change means delete and create', async () => {
    await deploy([want('k', 'thing', { kind: 'x' })])
    const before = world.rows[0]?.id
    expect(actions(await deploy([want('k', 'thing', { kind: 'y' })]))).toEqual(['replaced'])
    expect(world.rows).toMatchObject([{ spec: { kind: 'y' } }])
    expect(world.rows[0]?.id).not.toBe(before)
    expect(world.intent('k')).toMatchObject({ externalId: world.rows[0]?.id })
  })

  test('what was deleted by hand is made anew, and what refers to it is told', async () => {
    await deploy(pair())
    const lost = world.rows.shift()
    expect(actions(await deploy(pair()))).toEqual(['repaired', 'updated'])
    const [b, a] = world.rows
    expect(a?.id).not.toBe(lost?.id)
    expect(b?.spec).toMatchObject({ ref: a?.id })
  })

  test('what carries our mark is ours, even if we have no record of it', async () => {
    await deploy(pair())
    const ids = world.rows.map(({ id }) => id)
    world.intents.length = 0
    expect(actions(await deploy(pair()))).toEqual(['updated', 'updated'])
    expect(world.rows.map(({ id }) => id)).toEqual(ids)
    expect(world.intents.map(({ adopted }) => adopted)).toEqual([false, false])
  })

  test("a stranger's namesake is adopted, also when only the create finds it", async () => {
    const theirs = world.stranger('label', { name: 'l', color: 'theirs' })
    expect(await deploy([want('l', 'label', { name: 'l', color: 'ours' })])).toMatchObject([{ action: 'adopted', made: { externalId: theirs.id } }])
    expect(world.intent('l')).toMatchObject({ adopted: true })
    expect(actions(await deploy([want('l', 'label', { name: 'l', color: 'newer' })]))).toEqual(['adopted'])
    expect(theirs.spec['color']).toBe('newer')

    const late = world.stranger('label', { name: 'm' })
    world.script.hidden.add(late.id)
    expect(actions(await deploy([want('m', 'label', { name: 'm' })]))).toEqual(['adopted'])
    expect(world.intent('m')).toMatchObject({ adopted: true, externalId: late.id })
  })

  test('a namesake that is as it should be is adopted all the same', async () => {
    world.stranger('label', { name: 'l' })
    expect(actions(await deploy([want('l', 'label', { name: 'l' })]))).toEqual(['adopted'])
    expect(world.intent('l')).toMatchObject({ adopted: true })
  })

  test("a stranger's namesake that appears in place of a deleted one is adopted, not claimed", async () => {
    await deploy([want('l', 'label', { name: 'l' })])
    world.rows.length = 0
    world.stranger('label', { name: 'l' })
    await deploy([want('l', 'label', { name: 'l' })])
    expect(world.intent('l')).toMatchObject({ adopted: true })
    await undeploy()
    expect(world.rows).toHaveLength(1)
  })

  test('an adopted one is never replaced', async () => {
    const theirs = world.stranger('label', { name: 'l', kind: 'x' })
    await expect(deploy([want('l', 'label', { name: 'l', kind: 'y' })])).rejects.toMatchObject({ details: { retryable: false }, message: expect.stringContaining('/kind') as unknown })
    expect(world.rows).toEqual([theirs])
  })

  test('an adopted one that somebody deleted is made by us, and ours from then on', async () => {
    world.stranger('label', { name: 'l' })
    await deploy([want('l', 'label', { name: 'l' })])
    world.rows.length = 0
    expect(actions(await deploy([want('l', 'label', { name: 'l' })]))).toEqual(['repaired'])
    expect(world.intent('l')).toMatchObject({ adopted: false })
  })

  test('a new place in the order is remembered', async () => {
    await deploy([want('a', 'thing', { name: 'a' })])
    expect(actions(await deploy([want('a', 'thing', { name: 'a' }, { position: 4 })]))).toEqual(['unchanged'])
    expect(world.intent('a')).toMatchObject({ position: 4, externalId: world.rows[0]?.id })
  })

  test('what only a person can do is reported with its link, keeps its place, and the others go on', async () => {
    await deploy(pair())
    const [a] = world.rows
    const outcomes = await deploy([want('a', 'thing', { name: 'a', byHand: true }), want('b', 'thing', { name: 'b', color: 'green' }, { position: 1, needs: 'a' })])
    expect(outcomes).toMatchObject([{ action: 'manual', manual: { instruction: 'Do it by hand', url: 'https://vendor.test/hand' }, made: { externalId: a?.id } }, { action: 'updated' }])
  })

  test('a refusal ends the step, and what was made before it is known', async () => {
    world.script.fail = (call) => (call === 'create thing b' ? refused(422) : undefined)
    await expect(deploy(pair())).rejects.toThrow('no')
    expect(world.intent('a')).toMatchObject({ externalId: world.rows[0]?.id })
    expect(world.intent('b')).toMatchObject({ externalId: null })
  })

  test('a cancelled step stops between two calls, at the latest before it creates', async () => {
    let left = 1
    world.engine.checkpoint = () => { if (left-- <= 0) throw new Error('cancelled') }
    await expect(deploy(pair())).rejects.toThrow('cancelled')
    expect(world.rows).toEqual([])
    expect(world.intent('a')).toMatchObject({ externalId: null })
  })

  test('a type that the provider does not have is refused', async () => {
    await expect(deploy([want('x', 'fax', {})])).rejects.toMatchObject({ message: 'vendor has no resource type fax', details: { retryable: false } })
  })
})

test("a stranger's namesake that the vendor's list hides at first is adopted, not claimed", async () => {
  const taken = new ProviderError('taken', { provider: 'vendor', status: 400, retryable: true, unmade: true })
  world.script.fail = (call) => (call === 'create label l' ? taken : undefined)
  await expect(deploy([want('l', 'label', { name: 'l' })])).rejects.toBe(taken)
  world.script.fail = undefined
  world.stranger('label', { name: 'l' })
  expect(actions(await deploy([want('l', 'label', { name: 'l' })]))).toEqual(['adopted'])
  expect(actions(await undeploy())).toEqual(['kept'])
  expect(world.rows).toHaveLength(1)
})

describe('a create that surely made nothing', () => {
  const unmade = new ProviderError('no', { provider: 'vendor', status: 422, retryable: false, unmade: true })
  const wanted = [want('l', 'label', { name: 'l', kind: 'x' })]
  const refuse = (error: Error) => { world.script.fail = (call) => (call === 'create label l' ? error : undefined) }
  const attempt = (error: Error, next = wanted) => {
    refuse(error)
    return deploy(next).catch((failure: unknown) => failure).finally(() => { world.script.fail = undefined })
  }

  test.each([['refused for good', unmade], ['left to a person', new ManualStep('Make it', 'https://vendor.test/make')]])('because it was %s leaves no claim: what a person then makes is adopted, and stays', async (_how, error) => {
    await attempt(error)
    expect(world.intents).toEqual([])
    world.stranger('label', { name: 'l', kind: 'x' })
    expect(actions(await deploy(wanted))).toEqual(['adopted'])
    expect(actions(await undeploy())).toEqual(['kept'])
    expect(world.rows).toHaveLength(1)
  })

  test('leaves nothing to undeploy, whoever has made one of that name since', async () => {
    await attempt(unmade)
    world.stranger('label', { name: 'l', kind: 'x' })
    expect(await undeploy()).toEqual([])
    expect(world.rows).toHaveLength(1)
  })

  test('in place of one that had to go leaves no claim either', async () => {
    await deploy(wanted)
    await attempt(unmade, [want('l', 'label', { name: 'l', kind: 'y' })])
    expect([world.rows, world.intents]).toEqual([[], []])
  })

  test('after one whose answer was lost keeps the claim of that one', async () => {
    expect(await attempt(refused(500))).toMatchObject({ details: { status: 500 } })
    expect(await attempt(unmade)).toBe(unmade)
    expect(world.intent('l')).toMatchObject({ externalId: null, adopted: false })
  })
})

describe('remove', () => {
  test('the last made goes first, and is forgotten', async () => {
    await deploy(pair())
    world.calls.length = 0
    expect((await undeploy()).map(({ name, action }) => [name, action])).toEqual([['b', 'deleted'], ['a', 'deleted']])
    expect(world.calls).toEqual(['hand over thing/b', 'remove thing', 'forget thing/b', 'hand over thing/a', 'remove thing', 'forget thing/a'])
    expect([world.rows, world.intents]).toEqual([[], []])
  })

  test('what another plan links stays, with its record', async () => {
    await deploy(pair())
    const kept = world.rows[0]?.id ?? ''
    expect(actions(await undeploy({ kept: [kept] }))).toEqual(['deleted', 'kept'])
    expect(world.rows.map(({ id }) => id)).toEqual([kept])
    expect(world.intents.map(({ name }) => name)).toEqual(['a'])
  })

  test('what was there before us is only forgotten', async () => {
    world.stranger('label', { name: 'l' })
    await deploy([want('l', 'label', { name: 'l' })])
    expect(actions(await undeploy())).toEqual(['kept'])
    expect(world.rows).toHaveLength(1)
    expect(world.intents).toEqual([])
  })

  test('what another client took over in the meantime is handed over, not deleted', async () => {
    await deploy(pair())
    world.script.heirs.add(world.rows[0]?.id ?? '')
    expect(actions(await undeploy())).toEqual(['deleted', 'kept'])
    expect(world.rows.map(({ spec }) => spec['name'])).toEqual(['a'])
    expect(world.intents).toEqual([])
  })

  test('what two of ours share goes with both, whichever of them comes first', async () => {
    for (const made of [0, 1]) {
      expect(actions(await deploy([want('a', 'label', { name: 'l' }, { position: made }), want('b', 'label', { name: 'l' }, { position: 1 - made })]))).toEqual(['created', 'adopted'])
      expect((await undeploy()).map(({ name, action }) => [name, action])).toEqual([['b', 'kept'], ['a', 'deleted']])
      expect([world.rows, world.intents]).toEqual([[], []])
    }
  })

  test('what holds data is left to a person, and kept in mind, until it is forced', async () => {
    await deploy([want('d', 'thing', { holdsData: true })])
    expect(await undeploy()).toMatchObject([{ action: 'manual', manual: { instruction: 'It holds data' } }])
    expect([world.rows.length, world.intents.length]).toEqual([1, 1])
    expect(actions(await undeploy({ force: true }))).toEqual(['deleted'])
    expect([world.rows, world.intents]).toEqual([[], []])
  })

  test('what is taken away is seen beside all that there was', async () => {
    world.stranger('label', { name: 'l' })
    await deploy([want('l', 'label', { name: 'l' }), want('a', 'thing', {}, { position: 1 }), want('b', 'thing', {}, { position: 2 })])
    const ids = world.intents.map(({ externalId }) => externalId).sort()
    const seen: unknown[] = []
    const { remove: take } = world.engine.provider.resources['thing'] as ResourceType<unknown>
    Object.assign(world.engine.provider.resources['thing'] ?? {}, { remove: (...given: Parameters<typeof take>) => { seen.push(given[0].siblings.map(({ externalId }) => externalId).sort()); return take(...given) } })
    expect(actions(await undeploy())).toEqual(['kept', 'deleted', 'deleted'])
    expect(seen).toEqual([ids, ids])
  })

  test('a refusal ends the removal, and what is left is known', async () => {
    await deploy(pair())
    world.script.fail = (call) => (call === 'forget thing/b' ? refused(500) : undefined)
    await expect(undeploy()).rejects.toThrow('no')
    world.script.fail = undefined
    expect(actions(await undeploy())).toEqual(['deleted', 'deleted'])
    expect([world.rows, world.intents]).toEqual([[], []])
  })
})

describe('what was made in another account', () => {
  const others = new Map<string, World['rows']>()
  beforeEach(() => { others.clear() })
  /** The other account is connected, and has what it had. */
  const connect = (account: string) => {
    others.set(world.script.account, world.rows.splice(0))
    world.script.account = account
    world.rows.push(...(others.get(account) ?? []))
  }
  const moved = () => Object.assign(world.intents[0] ?? {}, { place: 'elsewhere' })
  const one = () => [want('a', 'thing', {})]
  const taken = (outcomes: readonly Outcome[]) => outcomes.map(({ name, action }) => `${name} ${action}`)
  const redeploy = async (wanted = one()) => [...(await deploy(wanted)), ...(await remove(world.engine, structuredClone(world.intents.filter(({ name }) => !wanted.some((each) => each.name === name))), new Set(), { force: false }))]

  /** The last undeployment: what is taken, and that it was all. */
  const leavesNothing = async (outcome: string) => {
    expect(taken(await undeploy())).toEqual([outcome])
    expect([world.rows, world.intents]).toEqual([[], []])
  }

  test('is left for a person where it is not found, and stays known', async () => {
    await deploy(one())
    const url = String(world.intents[0]?.url)
    connect('B')
    const [outcome] = await undeploy()
    expect(outcome).toMatchObject({ action: 'manual', manual: { instruction: expect.stringContaining('another account of vendor') as unknown, url } })
    expect(world.intents).toHaveLength(1)
    expect(world.calls.filter((call) => call.startsWith('remove'))).toEqual([])
    connect('A')
    await leavesNothing('a deleted')
  })

  test('is left for a person, though another plan links what has that id', async () => {
    await deploy(one())
    connect('B')
    expect(taken(await undeploy({ kept: [String(world.intents[0]?.externalId)] }))).toEqual(['a manual'])
  })

  test('is not forgotten while another plan links it, whatever a person says, nor deleted where it is found here', async () => {
    await deploy(one())
    const kept = [String(world.intents[0]?.externalId)]
    connect('B')
    world.script.heirs.add(String(kept[0]))
    expect(taken(await undeploy({ kept, force: true }))).toEqual(['a manual'])
    expect(world.intents).toHaveLength(1)
    connect('A')
    moved()
    expect(taken(await undeploy({ kept, force: true }))).toEqual(['a kept'])
    expect([world.rows.length, world.intents.length]).toEqual([1, 1])
    await deploy(one())
    await world.engine.ledger.setAside('thing/a')
    await deploy(one())
    connect('C')
    world.rows.push(...(others.get('A') ?? []))
    await deploy(one())
    expect(taken(await undeploy({ kept, force: true })).sort()).toEqual(['a kept', 'a@A kept'])
    expect([world.rows.length, world.intents.length]).toEqual([1, 2])
  })

  test('is forgotten where a person says so, who is told where it is', async () => {
    await deploy(one())
    const url = String(world.intents[0]?.url)
    connect('B')
    expect(await undeploy({ force: true })).toMatchObject([{ action: 'kept', manual: { instruction: expect.stringContaining('stays there') as unknown, url } }])
    expect(world.intents).toEqual([])
  })

  test('is left for a person, and made anew, where this account may not see it', async () => {
    await deploy(one())
    connect('B')
    world.script.fail = (call) => (call === 'get thing' ? refused(403) : undefined)
    expect(actions(await undeploy())).toEqual(['manual'])
    expect(taken(await deploy(one()))).toEqual(['a@A manual', 'a created'])
    await expect(deploy(one())).rejects.toThrow('no')
  })

  test('may be there for all that is known where the account does not answer', async () => {
    await deploy(one())
    connect('B')
    world.script.fail = (call) => (call === 'get thing' ? refused(500) : undefined)
    await expect(undeploy()).rejects.toThrow('no')
    await expect(deploy(one())).rejects.toThrow('no')
    expect(world.intents.map(({ name }) => name)).toEqual(['a'])
  })

  test('is deleted where the account is the same after all', async () => {
    await deploy(one())
    moved()
    await leavesNothing('a deleted')
  })

  test('of which nothing but the intent is known is looked for, and left for a person where it is not found', async () => {
    await deploy(one())
    Object.assign(world.intents[0] ?? {}, { externalId: null, url: null })
    connect('B')
    expect((await undeploy())[0]).toMatchObject({ action: 'manual', manual: { url: 'https://vendor.test' } })
    connect('A')
    moved()
    await leavesNothing('a deleted')
  })

  test("of which nothing but the intent is known is not taken for a stranger's namesake", async () => {
    const label = [want('l', 'label', { name: 'l' })]
    await deploy(label)
    Object.assign(world.intents[0] ?? {}, { externalId: null, url: null })
    connect('B')
    world.stranger('label', { name: 'l' })
    expect(actions(await undeploy())).toEqual(['manual'])
    expect(world.rows).toHaveLength(1)
  })

  test('is made anew here and told of with each deployment, until that account is back', async () => {
    await deploy(one())
    const url = String(world.intents[0]?.url)
    connect('B')
    const [left, made] = await deploy(one())
    expect([left, made]).toMatchObject([{ name: 'a@A', action: 'manual', manual: { instruction: expect.stringContaining('stays there') as unknown, url } }, { action: 'created', made: { externalId: world.rows[0]?.id } }])
    expect(taken(await redeploy())).toEqual(['a unchanged', 'a@A manual'])
    connect('A')
    // What was made here before is the one that is wanted again; the one in the other account is left.
    expect(taken(await redeploy())).toEqual(['a@B manual', 'a updated', 'a@A kept', 'a@B manual'])
    expect(taken(await undeploy())).toEqual(expect.arrayContaining(['a deleted', 'a@B manual']))
    expect(world.rows).toEqual([])
    connect('B')
    await leavesNothing('a@B deleted')
  })

  test('is told of and deleted in the end, whenever the worker dies', async () => {
    for (let at = 1; at < 40; at++) {
      for (const committed of [false, true]) {
        world = createWorld()
        others.clear()
        await deploy(pair())
        connect('B')
        world.script.steps = 0
        world.script.crash = { at, committed }
        await redeploy(pair()).catch((error: unknown) => { if (!(error instanceof Crash)) throw error })
        world.script.crash = undefined
        expect(taken(await redeploy(pair())).filter((each) => each.includes('@A'))).toEqual(expect.arrayContaining(['a@A manual', 'b@A manual']))
        await undeploy()
        expect(world.rows).toEqual([])
        connect('A')
        expect(world.rows).toHaveLength(2)
        await undeploy()
        expect([world.rows, world.intents]).toEqual([[], []])
      }
    }
  })

  test('is known though this account refuses to make one', async () => {
    await deploy(one())
    connect('B')
    world.script.fail = (call) => (call === 'create thing a' ? new ProviderError('not here', { provider: 'vendor', retryable: false, unmade: true }) : undefined)
    await expect(deploy(one())).rejects.toThrow('not here')
    expect(world.intents.map(({ name }) => name)).toEqual(['a@A'])
    connect('A')
    expect(taken(await redeploy())).toEqual(['a updated', 'a@A kept'])
    expect(world.rows).toHaveLength(1)
  })

  test('is told from what has the same id here', async () => {
    await deploy(one())
    const rows = structuredClone(world.rows)
    const go = (account: string) => {
      connect(account)
      world.script.host = `${account}.test`
    }
    await world.engine.ledger.setAside('thing/a')
    go('B')
    others.delete('A')
    world.rows.push(...structuredClone(rows))
    expect(taken(await redeploy())).toEqual(['a updated', 'a@A manual'])
    // The other way round: what is found there by that id is what was set aside.
    go('A')
    world.rows.push(...rows)
    expect(taken(await redeploy())).toEqual(['a@B manual', 'a updated', 'a@A kept', 'a@B manual'])
    expect(taken(await undeploy())).toEqual(expect.arrayContaining(['a deleted', 'a@B manual']))
    expect(world.rows).toEqual([])
    go('B')
    expect(world.rows).toHaveLength(1)
    await leavesNothing('a@B deleted')
  })

  test('is the same thing where it has the same address, though its account has another name by now', async () => {
    await deploy(one())
    const rows = structuredClone(world.rows)
    connect('B')
    await deploy(one())
    connect('C')
    world.rows.push(...rows)
    expect(taken(await redeploy())).toEqual(['a@B manual', 'a updated', 'a@A kept', 'a@B manual'])
    expect(world.intents.map(({ name }) => name).sort()).toEqual(['a', 'a@B'])
    expect(taken(await undeploy())).toEqual(expect.arrayContaining(['a deleted', 'a@B manual']))
    expect(world.rows).toEqual([])
  })

  test('is ours when it is back, though it bears no mark of ours, and may be made anew', async () => {
    const label = (kind: string) => [want('l', 'label', { name: 'l', kind })]
    await deploy(label('x'))
    const first = world.rows[0]?.id
    connect('B')
    await deploy(label('x'))
    connect('A')
    expect(taken(await redeploy(label('y')))).toEqual(['l@B manual', 'l replaced', 'l@A deleted', 'l@B manual'])
    expect(world.rows).toMatchObject([{ spec: { kind: 'y' } }])
    expect(world.rows[0]?.id).not.toBe(first)
  })

  test('is nothing that what is made here may refer to', async () => {
    await deploy(pair())
    connect('B')
    world.script.fail = (call) => (call === 'create thing a' ? new ManualStep('Make it by hand', 'https://vendor.test/a') : undefined)
    await expect(deploy(pair())).rejects.toThrow()
    expect(world.rows).toEqual([])
  })

  test('is nothing to refer to either where what is here in its place is left to a person', async () => {
    const wanted = [want('l', 'label', { name: 'l', byHand: true }), want('b', 'thing', {}, { position: 1, needs: 'l' })]
    await deploy(wanted)
    connect('B')
    world.stranger('label', { name: 'l' })
    await expect(deploy(wanted)).rejects.toThrow('needs l')
    expect(world.rows).toHaveLength(1)
  })

  test('is of this account once it is found here', async () => {
    await deploy(one())
    moved()
    expect(taken(await deploy(one()))).toEqual(['a unchanged'])
    expect(world.intents[0]).not.toHaveProperty('place')
    Object.assign(world.intents[0] ?? {}, { place: 'unknown' })
    expect(taken(await deploy(one()))).toEqual(['a unchanged'])
    expect(world.intents[0]).not.toHaveProperty('place')
  })

  test('is asked for once where it is found here', async () => {
    await deploy(one())
    moved()
    world.calls.length = 0
    await deploy(one())
    expect(world.calls).toEqual(['get thing', 'record thing/a'])
  })

  test('without a word of where is deleted as if it were of this account', async () => {
    await deploy(one())
    Object.assign(world.intents[0] ?? {}, { place: 'unknown' })
    world.rows.length = 0
    expect(actions(await undeploy())).toEqual(['deleted'])
  })

  test('is no concern of ours where it was there before us', async () => {
    const label = [want('l', 'label', { name: 'l' })]
    world.stranger('label', { name: 'l' })
    await deploy(label)
    connect('B')
    expect(await preview(world.engine, label, [], new Map())).toEqual([{ provider: 'vendor', type: 'label', name: 'l', action: 'create' }])
    expect(taken(await deploy(label))).toEqual(['l created'])
    expect(world.intents).toHaveLength(1)
  })

  test('is shown by the plan: what stays there, and what is left for a person', async () => {
    const wanted = [want('a', 'thing', {}), want('l', 'label', { name: 'l' })]
    await deploy(wanted)
    const [a, l] = structuredClone(world.intents) as [Intent, Intent]
    connect('B')
    world.stranger('label', { name: 'l' })
    const stays = (intent: Intent): unknown => expect.stringContaining(`another account before (${String(intent.url)}) stays there`)
    expect(await preview(world.engine, wanted, [], new Map())).toMatchObject([{ name: 'a', action: 'create', notes: [stays(a)] }, { name: 'l', action: 'unchanged', adopted: true, notes: [stays(l)] }])
    expect(await preview(world.engine, [], [a], new Map())).toMatchObject([{ name: 'a', action: 'delete', notes: [expect.stringContaining('left for a person')] }])
  })

  test('is shown by the plan as ours when it is back, though it bears no mark of ours', async () => {
    const label = (kind: string) => [want('l', 'label', { name: 'l', kind })]
    await deploy(label('x'))
    connect('B')
    await deploy(label('x'))
    connect('A')
    const [row] = await preview(world.engine, label('y'), [], new Map())
    expect(row).toMatchObject({ name: 'l', action: 'replace', notes: [expect.stringContaining('stays there')] })
    expect(row).not.toHaveProperty('adopted')
  })

  test('is shown by the plan as staying there, though something of ours has the same id here', async () => {
    await deploy(one())
    const [row] = structuredClone(world.rows)
    await world.engine.ledger.setAside('thing/a')
    connect('B')
    world.script.host = 'B.test'
    if (row) world.rows.push(row)
    await deploy(one())
    connect('A')
    world.script.host = 'A.test'
    const [shown] = await preview(world.engine, one(), [], new Map())
    expect(shown).toMatchObject({ notes: [expect.stringContaining('(https://B.test/')] })
    expect(taken(await deploy(one()))[0]).toBe('a@B manual')
  })

  test("claims no stranger's namesake here, where its create was never heard of there", async () => {
    await deploy([want('l', 'label', { name: 'l' })])
    Object.assign(world.intents[0] ?? {}, { externalId: null, url: null, sentHash: null })
    connect('B')
    world.stranger('label', { name: 'l' })
    expect(taken(await deploy([want('l', 'label', { name: 'l' })]))).toEqual(['l@A manual', 'l adopted'])
    expect(world.intent('l')).toMatchObject({ adopted: true })
    expect(taken(await undeploy())).toEqual(['l kept', 'l@A manual'])
    expect(world.rows).toHaveLength(1)
  })

  /** Made, with the call that `at` counts, but the answer is lost. */
  const unheard = async (wanted: readonly Wanted[], at = 3) => {
    Object.assign(world.script, { steps: 0, crash: { at, committed: true } })
    await expect(deploy(wanted)).rejects.toThrow('create')
    world.script.crash = undefined
  }

  test('unheard is told of, and found by its mark and deleted once that account is back', async () => {
    await unheard(one())
    connect('B')
    expect(await preview(world.engine, one(), [], new Map())).toMatchObject([{ action: 'create', notes: [expect.stringContaining('may have been made')] }])
    expect(await deploy(one())).toMatchObject([{ name: 'a@A', action: 'manual', manual: { instruction: expect.stringContaining('may have been made in another account') as unknown } }, { name: 'a', action: 'created' }])
    // What is here bears the same mark.
    expect(taken(await redeploy())).toEqual(['a unchanged', 'a@A manual'])
    expect(taken(await undeploy()).sort()).toEqual(['a deleted', 'a@A manual'])
    expect(taken(await undeploy())).toEqual(['a@A manual'])
    connect('A')
    expect(world.rows).toHaveLength(1)
    await leavesNothing('a@A deleted')
  })

  test('unheard is the one that is wanted again once that account is back', async () => {
    await unheard(one())
    connect('B')
    await deploy(one())
    connect('A')
    const ids = world.rows.map(({ id }) => id)
    expect(taken(await redeploy())).toEqual(['a@B manual', 'a updated', 'a@A kept', 'a@B manual'])
    expect(world.rows.map(({ id }) => id)).toEqual(ids)
    expect(taken(await undeploy())).toEqual(expect.arrayContaining(['a deleted', 'a@B manual']))
    expect(world.rows).toEqual([])
  })

  test("unheard, and without a mark of ours, may be a stranger's by then: it is adopted, or left for a person", async () => {
    const label = [want('a', 'label', { name: 'l' })]
    for (const again of [true, false]) {
      world = createWorld()
      others.clear()
      await unheard(label)
      world.rows.splice(0)
      connect('B')
      await deploy(label)
      connect('A')
      world.stranger('label', { name: 'l' })
      if (again) expect(taken(await redeploy(label))).toEqual(['a@B manual', 'a adopted', 'a@A kept', 'a@B manual'])
      else {
        const told = expect.objectContaining({ instruction: expect.stringContaining("or somebody else's") as unknown }) as unknown
        expect(await undeploy()).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'a@A', action: 'manual', manual: told })]))
        expect(world.intent('a@A')).toBeDefined()
      }
      await undeploy({ force: true })
      expect([world.rows.length, world.intents]).toEqual([1, []])
    }
  })

  test('unheard is what has the id here that another account has given to ours', async () => {
    await unheard(one())
    const externalId = String(world.rows[0]?.id)
    connect('B')
    await deploy(one())
    // As where an id says what a thing is, and not which of them.
    Object.assign(world.rows[0] ?? {}, { id: externalId })
    Object.assign(world.intent('a') ?? {}, { externalId })
    connect('A')
    expect(taken(await redeploy())).toEqual(['a@B manual', 'a updated', 'a@A kept', 'a@B manual'])
    expect(taken(await undeploy())).toEqual(expect.arrayContaining(['a deleted', 'a@B manual']))
    connect('B')
    await leavesNothing('a@B deleted')
  })

  test('unheard is told from what was never heard of here', async () => {
    await unheard(one())
    connect('B')
    await unheard(one(), 5)
    expect(world.intents).toMatchObject([{ name: 'a@A', externalId: null }, { name: 'a', externalId: null }])
    connect('A')
    expect(taken(await redeploy()).sort()).toEqual(['a updated', 'a@A kept', 'a@B manual', 'a@B manual'])
    expect(taken(await undeploy()).sort()).toEqual(['a deleted', 'a@B manual'])
    connect('B')
    await leavesNothing('a@B deleted')
  })

  test('unheard is not what was made here since and handed over', async () => {
    await unheard(one())
    connect('B')
    await deploy(one())
    world.script.heirs.add(String(world.intent('a')?.externalId))
    expect(taken(await undeploy()).sort()).toEqual(['a kept', 'a@A manual'])
    expect(taken(await undeploy())).toEqual(['a@A manual'])
    expect(world.rows).toHaveLength(1)
  })

  test('unheard is of this account once it is found here', async () => {
    await unheard(one())
    moved()
    expect(taken(await deploy(one()))).toEqual(['a updated'])
    expect(world.intents).toMatchObject([{ name: 'a', externalId: world.rows[0]?.id }])
  })

  test('unheard is told of and deleted in the end, whenever the worker dies', async () => {
    for (let at = 1; at < 20; at++) {
      for (const committed of [false, true]) {
        world = createWorld()
        others.clear()
        await unheard(one())
        connect('B')
        Object.assign(world.script, { steps: 0, crash: { at, committed } })
        await redeploy().catch((error: unknown) => { if (!(error instanceof Crash)) throw error })
        world.script.crash = undefined
        expect(taken(await redeploy())).toContain('a@A manual')
        await undeploy()
        expect(world.rows).toEqual([])
        connect('A')
        expect(world.rows).toHaveLength(1)
        await undeploy()
        expect([world.rows, world.intents]).toEqual([[], []])
      }
    }
  })
})

describe('preview', () => {
  afterEach(() => { jest.useRealTimers() })
  const look = (wanted: readonly Wanted[], unwanted: readonly Intent[] = []) => preview(world.engine, wanted, unwanted, new Map())

  test('changes nothing, at the vendor or in the ledger', async () => {
    await deploy(pair())
    world.calls.length = 0
    const before = structuredClone([world.rows, world.intents])
    await look([want('a', 'thing', { name: 'a', color: 'blue' }), want('new', 'thing', {})], world.intents.slice(1))
    expect(world.calls).toEqual(['get thing', 'find thing new'])
    expect([world.rows, world.intents]).toEqual(before)
  })

  test('says what would be created, updated, replaced, left and deleted', async () => {
    await deploy([want('same', 'thing', { name: 's' }), want('other', 'thing', { name: 'o' }), want('kind', 'thing', { kind: 'x' }), want('gone', 'thing', {})])
    const rows = await look([want('same', 'thing', { name: 's' }), want('other', 'thing', { name: 'p' }), want('kind', 'thing', { kind: 'y' }), want('new', 'thing', {})], world.intents.slice(3))
    const row = { provider: 'vendor', type: 'thing' }
    expect(rows).toEqual([
      { ...row, name: 'same', action: 'unchanged' }, { ...row, name: 'other', action: 'update', fields: [{ field: '/name', from: 'o', to: 'p' }] },
      { ...row, name: 'kind', action: 'replace', fields: [{ field: '/kind', from: 'x', to: 'y' }] }, { ...row, name: 'new', action: 'create' }, { ...row, name: 'gone', action: 'delete' },
    ])
  })

  test('shows a secret that changed without its value', async () => {
    await deploy([want('s', 'thing', { secret: 'old' })])
    expect(await look([want('s', 'thing', { secret: 'new' })])).toMatchObject([{ action: 'update', fields: [{ field: '/secret' }] }])
    expect(JSON.stringify(await look([want('s', 'thing', { secret: 'new' })]))).not.toContain('"new"')
  })

  test('shows neither value where a secret goes in, be it into a part of it or into the whole', async () => {
    await deploy([want('a', 'thing', { name: 'x', headers: { auth: 'old', plain: 'p' }, list: ['1'], whole: { part: 'old' } })])
    const wanted = { ...want('a', 'thing', { name: 'y', headers: { auth: 'new', plain: 'q' }, list: ['2', '3'], whole: { part: 'new' } }), secretAt: ['/headers/auth', '/list/0', '/whole'] }
    expect((await look([wanted]))[0]?.fields).toEqual([{ field: '/name', from: 'x', to: 'y' }, { field: '/headers/auth' }, { field: '/headers/plain', from: 'p', to: 'q' }, { field: '/list' }, { field: '/whole/part' }])
  })

  test('shows neither value where the present one holds a secret', async () => {
    world.engine.redact = createRedact(['hush-hush'])
    await deploy([want('a', 'thing', { name: 'Bearer hush-hush' })])
    expect((await look([want('a', 'thing', { name: 'open' })]))[0]?.fields).toEqual([{ field: '/name' }])
  })

  test('a value that only the deployment knows is no difference', async () => {
    await deploy([want('a', 'thing', { ref: 'x' })])
    expect(await look([want('a', 'thing', { ref: unknownYet })])).toMatchObject([{ action: 'unchanged' }])
  })

  test("marks a stranger's namesake as adopted, before and after, and says that it stays", async () => {
    world.stranger('label', { name: 'l', color: 'theirs' })
    const wanted = [want('l', 'label', { name: 'l', color: 'ours' })]
    expect(await look(wanted)).toMatchObject([{ action: 'update', adopted: true }])
    await deploy(wanted)
    expect(await look(wanted)).toMatchObject([{ action: 'unchanged', adopted: true }])
    expect(await look([], world.intents)).toMatchObject([{ action: 'delete', notes: [expect.stringContaining('stays') as unknown] }])
  })

  test('notes what is not sent, and what the provider remarks', async () => {
    expect(await look([want('a', 'thing', { dropped: 1, remark: 'mind the gap' })])).toMatchObject([{ action: 'create', notes: ['dropped: not sent', 'mind the gap'] }])
  })

  test('a provider that does not answer is asked once', async () => {
    world.script.fail = () => refused()
    expect(await look(pair().map((each) => ({ ...each, spec: () => ({}) })))).toMatchObject([{ action: 'unknown', reason: 'no' }, { action: 'unknown', reason: 'no' }])
    expect(world.script.steps).toBe(1)
  })

  test('what a slow provider leaves no time for is unknown, and what was compared before is shown', async () => {
    jest.useFakeTimers()
    world.script.fail = () => {
      jest.advanceTimersByTime(60)
      return undefined
    }
    const wanted = ['a', 'b', 'c'].map((name) => want(name, 'thing', {}))
    const rows = await preview(world.engine, wanted, [], new Map(), 50)
    const reason = 'vendor takes longer to compare than 0.05 seconds; deploying compares the rest'
    expect(rows).toMatchObject([{ name: 'a', action: 'create' }, { name: 'b', action: 'unknown', reason }, { name: 'c', action: 'unknown', reason }])
    expect(world.calls).toEqual(['find thing a'])
  })

  test('a refusal concerns its own row alone', async () => {
    world.script.fail = (call) => (call === 'find thing a' ? refused(403) : undefined)
    expect(await look([want('a', 'thing', {}), want('b', 'thing', {})])).toMatchObject([{ action: 'unknown', reason: 'no' }, { action: 'create' }])
  })

  test('what only a person can see is unknown, with the way there; a bug is not hidden', async () => {
    world.script.fail = () => new ManualStep('Look yourself', 'https://vendor.test/look')
    expect(await look([want('a', 'thing', {})])).toMatchObject([{ action: 'unknown', notes: ['By hand: Look yourself (https://vendor.test/look)'] }])
    world.script.fail = () => new TypeError('bug')
    await expect(look([want('a', 'thing', {})])).rejects.toThrow('bug')
  })
})

describe('a worker that dies between any two calls', () => {
  const fresh = [want('a', 'thing', { name: 'a' }), want('l', 'label', { name: 'l' }, { position: 1, needs: 'a' }), want('b', 'thing', { name: 'b', secret: 's' }, { position: 2, needs: 'l' })]
  const changed = [want('a', 'thing', { name: 'a2', kind: 'y' }), want('l', 'label', { name: 'l', kind: 'y' }, { position: 1, needs: 'a' }), want('b', 'thing', { name: 'b', secret: 't' }, { position: 2, needs: 'l' })]
  const stories: [string, () => Promise<unknown>, readonly Wanted[]][] = [
    ['creates', async () => undefined, fresh],
    ['updates and replaces', () => deploy(fresh), changed],
    ['repairs', async () => { await deploy(fresh); world.rows.length = 0 }, fresh],
    ['repairs one', async () => { await deploy(fresh); world.rows.splice(1, 1) }, fresh],
    ['has lost its records', async () => { await deploy(fresh.slice(0, 1)); world.intents.length = 0 }, fresh],
    ['adopts', async () => { world.stranger('label', { name: 'l', color: 'theirs' }) }, fresh],
  ]

  /** Each step of the work in turn is the last, before or after it took effect; then the work is done again. Answers how many there are. */
  async function dyingEverywhere(prepare: () => Promise<unknown>, work: () => Promise<unknown>, check: () => void): Promise<number> {
    for (let at = 1; ; at++) {
      for (const committed of [false, true]) {
        world = createWorld()
        await prepare()
        Object.assign(world.script, { steps: 0, crash: { at, committed } })
        const died = await work().then(() => false, (error: unknown) => { if (error instanceof Crash) return true; throw error })
        world.script.crash = undefined
        if (!died) return at - 1
        await work()
        check()
      }
    }
  }

  test.each(stories)('%s: nothing is made twice, and nothing is forgotten', async (_title, prepare, wanted) => {
    const steps = await dyingEverywhere(prepare, () => deploy(wanted), () => {
      expect(world.rows.map(({ type, spec }) => `${type} ${String(spec['name'])}`).sort()).toEqual(wanted.map(({ type, outline }) => `${type} ${String(outline['name'])}`).sort())
      expect(world.intents.map(({ name, externalId }) => [name, world.rows.some(({ id }) => id === externalId)]).sort()).toEqual([['a', true], ['b', true], ['l', true]])
    })
    expect(steps).toBeGreaterThan(5)
  })

  test.each(stories)('%s, then undeploys: nothing of ours is left, and nothing of others is lost', async (title, prepare, wanted) => {
    await dyingEverywhere(prepare, () => deploy(wanted), () => undefined)
    const steps = await dyingEverywhere(async () => { await prepare(); await deploy(wanted) }, () => undeploy(), () => {
      expect(world.rows.map(({ spec }) => spec['name'])).toEqual(title === 'adopts' ? ['l'] : [])
      expect(world.intents).toEqual([])
    })
    expect(steps).toBeGreaterThan(4)
  })

  test.each(stories)('%s, and is undeployed instead of repeated: nothing of ours is left', async (title, prepare, wanted) => {
    for (let at = 1; at < 40; at++) {
      for (const committed of [false, true]) {
        world = createWorld()
        await prepare()
        Object.assign(world.script, { steps: 0, crash: { at, committed } })
        await deploy(wanted).catch((error: unknown) => { if (!(error instanceof Crash)) throw error })
        world.script.crash = undefined
        // What lost its record before we began can only be found by whoever looks for it again.
        if (title === 'has lost its records' && world.intent('b') === undefined) continue
        await undeploy()
        expect(world.rows.map(({ spec }) => spec['name'])).toEqual(title === 'adopts' ? ['l'] : [])
      }
    }
  })
})
