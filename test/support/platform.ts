import { describe, test } from '@jest/globals'

/** What some tests need and a machine may lack. Where it is missing they are listed as skipped, with the reason and the way to have it in their names. */
export interface Need {
  isMet: boolean
  without: string
}

const named = (title: string, { isMet, without }: Need): string => (isMet ? title : `${title} (skipped: ${without})`)

export function describeWith(need: Need, title: string, tests: () => void): void {
  const declare = need.isMet ? describe : describe.skip
  declare(named(title, need), tests)
}

export function testWith(need: Need, title: string, work: () => Promise<void>, timeoutMs?: number): void {
  const declare = need.isMet ? test : test.skip
  declare(named(title, need), work, timeoutMs)
}

/** Where its package exists its tests must run, installed or not. */
export const postgrest: Need = { isMet: process.platform === 'linux' && process.arch === 'x64', without: 'the registry has PostgREST for Linux on x64 alone' }

export const root: Need = { isMet: process.getuid?.() === 0, without: 'only root can do it: run the tests as root' }
