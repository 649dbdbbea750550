import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '../model/assumptions.json')

/** The file with its units and sources. */
export const sources = () => JSON.parse(readFileSync(file, 'utf8'))

const isLeaf = (value) => typeof value === 'object' && value !== null && 'value' in value

/** Numbers alone; throws where one is none, negative, or has no unit or source. */
export function numbers(tree, path = []) {
  return Object.fromEntries(Object.entries(tree).map(([name, one]) => {
    const at = [...path, name].join('.')
    if (!isLeaf(one)) return [name, numbers(one, [...path, name])]
    if (typeof one.value !== 'number' || !Number.isFinite(one.value)) throw new Error(`${at} is no number`)
    if (one.value < 0 && name !== 'monthlyGrowth') throw new Error(`${at} is negative`)
    if (!one.unit || !one.source) throw new Error(`${at} needs a unit and a source`)
    return [name, one.value]
  }))
}

/** Assumptions that nobody has measured. */
export const guesses = (tree, path = []) => Object.entries(tree).flatMap(([name, one]) => (isLeaf(one) ? (/guess|needed/.test(one.source) ? [[...path, name].join('.')] : []) : guesses(one, [...path, name])))
