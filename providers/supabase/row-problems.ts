import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import type { SpecProblem } from '../provider.ts'
import type { StageTable } from './schema.ts'

/** What is wrong with a row of a stage; offline. */
export function rowProblems(table: StageTable, row: JsonObject): SpecProblem[] {
  const wrong: SpecProblem[] = []
  const check = (key: string, right: boolean, message: string) => {
    if (!right) wrong.push({ pointer: `/${key}`, message, certain: row[key] === undefined })
  }
  check('key', typeof row['key'] === 'string' && row['key'] !== '', 'must be a text that is not empty')
  check('content', typeof row['content'] === 'string', 'must be a text')
  check('metadata', row['metadata'] === undefined || isObject(row['metadata']), 'must be an object')
  if (table === 'prompts') check('version', isAbsent(row['version']) || Number.isInteger(row['version']), 'must be a whole number')
  else check('embedding', isAbsent(row['embedding']) || isVector(row['embedding']), 'must be a list of numbers')
  return wrong
}

const isVector = (value: Json | undefined): boolean => Array.isArray(value) && value.every((one) => typeof one === 'number')

const isAbsent = (value: Json | undefined): boolean => value === undefined || value === null
