import type { Part } from './part.ts'

/** Everything `npm run bench` measures, in this order. */
export const parts: readonly Part[] = []
