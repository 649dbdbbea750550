import { afterAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { goProblems, bash, go, hasPackage, isGo, isPython, isShell, needsDatabase, packageProblems, python, pythonProblems, shellProblems } from './checks/programs.ts'
import { hasSql, sqlProblems, withDatabase } from './checks/sql.ts'
import { createWorkshop, examplesOf, instantiate } from './instantiate.ts'
import { testWith } from '../support/platform.ts'
import { readLibrary } from './templates.ts'

const library = await readLibrary()
const workshop = createWorkshop()
afterAll(() => { workshop.remove() })
const mostMs = 180_000

// A description without tests is an error; templates that run nothing have none.
for (const { name, artifact } of library) {
  for (const example of artifact ? examplesOf(artifact) : []) {
    const { files } = artifact ? instantiate(artifact, example) : { files: [] }
    const title = (what: string) => `${name} ${example.title}: ${what}`
    if (files.some(isShell)) testWith(bash, title('its scripts are read by bash'), async () => { expect(await shellProblems(files, workshop.write(files))).toEqual([]) }, mostMs)
    if (files.some(isPython)) testWith(python, title('its Python compiles, and its tests pass where they need nothing but Python'), async () => { expect(await pythonProblems(files, workshop.write(files))).toEqual([]) }, mostMs)
    if (files.some(isGo)) testWith(go, title('go vets it, and its tests pass where it needs no other module'), async () => { expect(await goProblems(files, workshop.write(files))).toEqual([]) }, mostMs)
    if (hasSql(files)) test(title('PostgreSQL runs its migrations and tests'), async () => { expect(await sqlProblems(files)).toEqual([]) }, mostMs)
    if (!hasPackage(files)) continue
    test(title('its own tests pass'), async () => {
      const tested = (env: Record<string, string> = {}) => packageProblems(files, workshop.write(files), env)
      expect(await (needsDatabase(files) ? withDatabase((url) => tested({ DATABASE_URL: url })) : tested())).toEqual([])
    }, mostMs)
  }
}

describe('the library', () => {
  test('is read', () => { expect(library.length).toBeGreaterThan(0) })

  test('takes no empty tables for a restored database', () => withDatabase(async (url) => {
    const { properties } = library.find(({ name }) => name === 'postgres-backup-runbook')?.artifact?.variables as { properties: { proofQuery: { default: string } } }
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const proof = async () => Object.values((await client.query<Record<string, boolean>>(properties.proofQuery.default)).rows[0] ?? {})
    try {
      await client.query('create table a (b int)')
      expect(await proof()).toEqual([false])
      await client.query('insert into a values (1)')
      expect(await proof()).toEqual([true])
    } finally {
      await client.end()
    }
  }))
})
