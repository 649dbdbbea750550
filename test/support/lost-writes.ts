import { sql } from 'kysely'
import type { Db } from '../../db/client.ts'

const writes = {
  /** Of an Idempotency-Key. */
  answer: { when: 'before update on idempotency_keys', of: 'new.key' },
  /** Of a subject. */
  audit: { when: 'before insert on audit_events', of: 'new.subject_id' },
}

/** Does work during which the database cannot keep one thing, as if the API died before. */
export async function whileLost<T>(db: Db, what: keyof typeof writes, of: string, work: () => Promise<T>): Promise<T> {
  const write = writes[what]
  await sql`create function lose() returns trigger language plpgsql as $$ begin if ${sql.raw(write.of)} = ${sql.lit(of)} then raise exception 'lost' using errcode = '57P01'; end if; return new; end $$`.execute(db)
  try {
    await sql`create trigger lose ${sql.raw(write.when)} for each row execute function lose()`.execute(db)
    return await work()
  } finally {
    await sql`drop function lose cascade`.execute(db)
  }
}
