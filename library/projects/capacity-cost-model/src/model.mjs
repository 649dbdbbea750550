const day = 24 * 60 * 60
const daysOfMonth = 30.4
const gb = 1e9

/** Instances that carry a load by Little's law (work in flight = arrivals × time each takes), with headroom, and spares on top. */
export function instances(perSecond, seconds, { slots, targetUtilisation, spare = 0 }) {
  const inFlight = perSecond * seconds
  return Math.max(1, Math.ceil(inFlight / (slots * targetUtilisation))) + spare
}

/** What is kept when every day adds `perDay` and nothing stays longer than `keptDays`; growth is followed month by month. */
export const kept = (perDayByMonth, keptDays) => {
  let left = keptDays
  return perDayByMonth.toReversed().reduce((sum, perDay) => {
    const days = Math.min(daysOfMonth, Math.max(0, left))
    left -= daysOfMonth
    return sum + perDay * days
  }, 0)
}

const usersIn = ({ users }, month) => users.daily * (1 + users.monthlyGrowth) ** month

/** Everything about one month, 0 being now. */
export function monthOf(assumptions, month) {
  const { users, api, database, worker, objects, inference } = assumptions
  const daily = usersIn(assumptions, month)
  const until = Array.from({ length: month + 1 }, (_, index) => usersIn(assumptions, index))
  const peakOf = (perUser) => (daily * perUser * users.peakHourShare * users.burst) / 3600
  const requests = daily * users.requests
  const peak = peakOf(users.requests)
  const apiInstances = instances(peak, api.serviceMs / 1000, api)
  const egressGb = (requests * daysOfMonth * api.responseKb * 1000) / gb
  const row = { month, users: daily, peakPerSecond: peak, meanPerSecond: requests / day, apiInstances, egressGb }
  const cost = { api: apiInstances * api.price, egress: egressGb * api.egressPrice }
  if (database) {
    row.databaseCores = Math.max(2, Math.ceil((peak * database.queries) / database.queriesPerCore / 0.6))
    row.databaseGb = kept(until.map((count) => count * database.writesPerUser * database.rowBytes), database.keptDays) / gb
    cost.database = row.databaseCores * database.corePrice + row.databaseGb * database.storagePrice
  }
  if (worker) {
    row.workerInstances = instances(peakOf(worker.jobsPerUser), worker.jobSeconds, worker)
    cost.worker = row.workerInstances * worker.price
  }
  if (objects) {
    row.objectsGb = kept(until.map((count) => (count * objects.uploadsPerUser * objects.uploadMb) / 1000), objects.keptDays)
    cost.objects = row.objectsGb * objects.price
  }
  if (inference) {
    const calls = daily * inference.callsPerUser * daysOfMonth
    row.inferencePerMinute = peakOf(inference.callsPerUser) * 60
    cost.inference = (calls * (inference.tokensIn * (1 - 0.9 * inference.cachedShare) * inference.priceIn + inference.tokensOut * inference.priceOut)) / 1e6
  }
  const total = Object.values(cost).reduce((sum, one) => sum + one, 0)
  return { ...row, cost: { ...cost, total }, costPerUser: total / daily }
}

export const forecast = (assumptions) => Array.from({ length: assumptions.months + 1 }, (_, month) => monthOf(assumptions, month))

/** What no amount of money buys: the first month in which a hard limit is passed. */
export function limits(assumptions, rows = forecast(assumptions)) {
  const { database, inference } = assumptions
  const checks = [
    ...(database ? [{ what: `the database needs more than ${database.maxCores} cores: split reads off or partition by tenant`, passed: (row) => row.databaseCores > database.maxCores }] : []),
    ...(inference ? [{ what: `inference passes ${inference.callsPerMinuteLimit} calls a minute: queue, cache or raise the contract`, passed: (row) => row.inferencePerMinute > inference.callsPerMinuteLimit }] : []),
  ]
  return checks.flatMap(({ what, passed }) => { const row = rows.find(passed); return row ? [{ month: row.month, what }] : [] }).sort((a, b) => a.month - b.month)
}

const leaves = (value, path = []) => Object.entries(value).flatMap(([name, one]) => (typeof one === 'number' ? [[...path, name].join('.')] : leaves(one, [...path, name])))

/** The assumptions with one changed. */
export function changed(assumptions, path, value) {
  if (!leaves(assumptions).includes(path)) throw new Error(`there is no assumption "${path}": use one of ${leaves(assumptions).join(', ')}`)
  const copy = structuredClone(assumptions)
  const names = path.split('.')
  names.slice(0, -1).reduce((place, name) => place[name], copy)[names.at(-1)] = value
  return copy
}

/** By how much the last month's cost moves when each assumption is a fifth higher: largest first. */
export function sensitivities(assumptions) {
  const totalOf = (some) => monthOf(some, assumptions.months).cost.total
  const base = totalOf(assumptions)
  const valueAt = (path) => path.split('.').reduce((place, name) => place[name], assumptions)
  return leaves(assumptions).filter((path) => path !== 'months').map((path) => ({ path, change: totalOf(changed(assumptions, path, valueAt(path) * 1.2)) / base - 1 })).sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
}
