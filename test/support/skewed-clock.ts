/** Loaded before anything else (`node --import`): the process lives as if its machine's clock were CLOCK_AHEAD_MS off. */
const aheadMs = Number(process.env['CLOCK_AHEAD_MS'])
if (!Number.isFinite(aheadMs)) throw new Error('CLOCK_AHEAD_MS must be a number')
const now = (): number => RealDate.now() + aheadMs
const RealDate = Date

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, given: unknown[], self: new () => object) => Reflect.construct(target, given.length === 0 ? [now()] : given, self) as object,
  get: (target, key, self) => (key === 'now' ? now : (Reflect.get(target, key, self) as unknown)),
})
