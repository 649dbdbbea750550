import { readFileSync } from 'node:fs'
import type { Expectation } from './graders.ts'

export interface Case { id: string; input: string; tags: string[]; expect: Expectation[] }

/** The cases of a file, one JSON object a line. Every problem of the file is told at once, with its line. */
export function parseCases(text: string): Case[] {
  const problems: string[] = []
  const ids = new Set<string>()
  const cases = text.split('\n').flatMap((line, index): Case[] => {
    if (line.trim() === '') return []
    const refuse = (message: string): Case[] => {
      problems.push(`line ${index + 1}: ${message}`)
      return []
    }
    try {
      const { id, input, tags = [], expect } = JSON.parse(line) as Partial<Case>
      if (typeof id !== 'string' || typeof input !== 'string') return refuse('needs an id and an input')
      if (ids.has(id)) return refuse(`the id ${id} is there twice`)
      if (!Array.isArray(expect) || expect.length === 0) return refuse(`${id} expects nothing, and would always pass`)
      ids.add(id)
      return [{ id, input, tags, expect }]
    } catch {
      return refuse('is no JSON')
    }
  })
  if (problems.length > 0) throw new Error(`The golden set cannot be used:\n${problems.join('\n')}`)
  return cases
}

export const readCases = (file: string): Case[] => parseCases(readFileSync(file, 'utf8'))
