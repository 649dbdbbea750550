import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { RenderedFile } from '../../../domain/render-project.ts'
import { shared } from '../../support/shared.ts'

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** An empty database for as long as the work takes. */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const name = `library_${randomBytes(6).toString('hex')}`
  const url = (database: string) => shared().databaseUrl.replace('NAME', database)
  await connected(url('postgres'), (client) => client.query(`create database ${name} template template0`))
  try {
    return await work(url(name))
  } finally {
    await connected(url('postgres'), (client) => client.query(`drop database if exists ${name} with (force)`))
  }
}

/** A file is one transaction, unless its first line says `-- no-transaction`: then its statements, each ending a line with its semicolon, are on their own. */
function statementsOf(text: string): string[] {
  if (!/^--\s*no-transaction\b/.test(text)) return [text]
  const statements: string[] = ['']
  for (const line of text.split('\n')) {
    statements.push(`${statements.pop() ?? ''}${line}\n`)
    const open = ((statements.at(-1) ?? '').match(/\$\w*\$/g) ?? []).length % 2 === 1
    if (!open && /;\s*(--.*)?$/.test(line)) statements.push('')
  }
  return statements.filter((statement) => statement.replace(/--.*$/gm, '').trim() !== '')
}

const below = (folder: string) => ({ path }: RenderedFile): boolean => new RegExp(`(^|/)${folder}/[^/]+\\.sql$`).test(path)
const byName = (a: RenderedFile, b: RenderedFile): number => (a.path < b.path ? -1 : 1)
const isDown = ({ path }: RenderedFile): boolean => /[._]down\.sql$/.test(path)

export const hasSql = (files: readonly RenderedFile[]): boolean => files.some((file) => below('migrations')(file) || below('tests')(file))

/** The order in which a project's SQL is run: its migrations by name; where there are any that go back, these the other way round and the migrations again; then its tests. */
function order(files: readonly RenderedFile[]): RenderedFile[] {
  const migrations = files.filter(below('migrations')).sort(byName)
  const [up, down] = [migrations.filter((file) => !isDown(file)), migrations.filter(isDown).reverse()]
  return [...up, ...(down.length > 0 ? [...down, ...up] : []), ...files.filter(below('tests')).sort(byName)]
}

/** What PostgreSQL says of a project's migrations and of its tests, each on a connection of its own. */
export const sqlProblems = (files: readonly RenderedFile[]): Promise<string[]> => withDatabase(async (url) => {
  for (const { path, content } of order(files)) {
    try {
      await connected(url, async (client) => {
        for (const statement of statementsOf(content)) await client.query(statement)
      })
    } catch (error) {
      return [`${path}: ${error instanceof Error ? error.message : String(error)}`]
    }
  }
  return []
})
