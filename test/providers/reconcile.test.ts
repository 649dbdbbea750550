import { beforeEach, describe, expect, test } from '@jest/globals'
import { unknownYet } from '../../domain/diff.ts'
import { ManualStep, ProviderError } from '../../providers/provider.ts'
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
  const taken = new ProviderError('taken', { provider: 'vendor', status: 400, retryable: true, taken: true })
  world.script.fail = (call) => (call === 'create label l' ? taken : undefined)
  await expect(deploy([want('l', 'label', { name: 'l' })])).rejects.toBe(taken)
  world.script.fail = undefined
  world.stranger('label', { name: 'l' })
  expect(actions(await deploy([want('l', 'label', { name: 'l' })]))).toEqual(['adopted'])
  expect(actions(await undeploy())).toEqual(['kept'])
  expect(world.rows).toHaveLength(1)
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

  test('what holds data is left to a person, and kept in mind, until it is forced', async () => {
    await deploy([want('d', 'thing', { holdsData: true })])
    expect(await undeploy()).toMatchObject([{ action: 'manual', manual: { instruction: 'It holds data' } }])
    expect([world.rows.length, world.intents.length]).toEqual([1, 1])
    expect(actions(await undeploy({ force: true }))).toEqual(['deleted'])
    expect([world.rows, world.intents]).toEqual([[], []])
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

describe('preview', () => {
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
