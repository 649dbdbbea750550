/** What the run's set-up made for every test file. */
export interface Shared {
  folder: string
  postgresUrl: string
  /** With `NAME` where the database's name goes. */
  databaseUrl: string
  cli: string
  bundleFile: string
}

export function shared(): Shared {
  const text = process.env['SLIPWAY_TEST']
  if (text === undefined) throw new Error('Run the tests with npm test, or jest with its own configuration: the set-up is missing')
  return JSON.parse(text) as Shared
}
