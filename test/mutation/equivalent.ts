/** Mutants that no test can kill, because nothing anybody could see differs: by key (`file: before → after`), with the reason. */
export const equivalent: Record<string, string> = {
}
