/** Mutants that no test can kill, because nothing that anybody could see differs: by key (`file: before → after`), with the reason. */
export const equivalent: Record<string, string> = {
  'domain/canonical.ts: one < other ? -1 : 1 → one < other ? -2 : 1': 'Of what a comparison gives, only the sign counts.',
  'domain/expressions.ts: renderLimit: 2_000 → renderLimit: 2001': 'A time limit longer by a millisecond.',
  'domain/versions.ts: patch = 0 → patch = -1': 'A version without three numbers is refused before it is stored; the defaults stand for the types alone.',
  'domain/variables.ts: compiled.set(key, validate) → ;': 'The schema is compiled again at each use: slower, with the same answers.',
  'domain/variables.ts: compiled.size >= 500 → compiled.size >= 501': 'How many compiled schemas are kept for the next use: nothing but speed and memory.',
  'domain/variables.ts: compiled.size >= 500 → compiled.size > 500': 'How many compiled schemas are kept for the next use: nothing but speed and memory.',
  'domain/waves.ts: after.get(other.provider) ?? 0 → after.get(other.provider) ?? 1': 'The other side of Math.max is a count that is never below 1.',
  'domain/merge.ts: start < shorter → start <= shorter': 'At the end of the shorter list one of both has nothing, which is like no element; lists that are the same never come here.',
  'providers/reconcile.ts: if (unwanted.length === 0) return [] → ;': 'Without it the ledger is read for nothing, and the loop over nothing answers [] too.',
  "workflows/pipeline.ts: settled.code ?? '500.internal' → settled.code": 'A failure without a code is given 500.internal by reasonOf, which all of them pass.',
  'workflows/run-state.ts: launched: 0 → launched: -1': 'Only whether the count has grown is ever asked.',
}
