import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from './home.ts'

/** On the first start only: the owner's tenant gets the library that ships. What goes wrong is said, and the next start tries again. */
export async function firstLibrary(folder: string, { apiUrl, token }: Pick<Stack, 'apiUrl' | 'token'>, say: (line: string) => void): Promise<void> {
  const marker = join(folder, 'library-seeded')
  if (existsSync(marker)) return
  try {
    // Loading all this would cost every start.
    const [{ createSlipway }, { registryOf, refusalOf }, { summaryOf }, { seed }] = await Promise.all([import('../../client/slipway.ts'), import('../seed/registry.ts'), import('../seed/report.ts'), import('../seed/seed.ts')])
    say('Seeding the library …')
    const report = await seed({ registry: registryOf(createSlipway({ baseUrl: apiUrl, auth: { token } })), refusalOf })
    for (const { path, status, reason } of report.items) if (status === 'failed') say(`${path} was not brought in: ${reason ?? ''}`)
    say(`Library      ${summaryOf(report)}`)
    writeFileSync(marker, `${new Date().toISOString()}\n`)
  } catch (error) {
    say(`The library was not seeded: ${error instanceof Error ? error.message : String(error)}`)
  }
}
