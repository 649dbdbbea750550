import type { JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'

/** Every key of a list of words, to be declared without a type: the vendor checks what it means. */
export const words = (text: string): string[] => text.trim().split(/\s+/)

/** Drops the keys that Retell shows but does not take, with a note for each. */
export function dropKeys(spec: JsonObject, readOnly: ReadonlySet<string>, retired: ReadonlySet<string> = new Set()): { spec: JsonObject; notes: string[] } {
  return {
    spec: without(without(spec, readOnly), retired),
    notes: Object.keys(spec).flatMap((key) =>
      readOnly.has(key) ? [`/${key} is read-only at Retell and was dropped`] : retired.has(key) ? [`/${key} is no longer taken by Retell and was dropped`] : [],
    ),
  }
}

export const without = (spec: JsonObject, keys: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => !keys.has(key)))

export const pick = (spec: JsonObject, keys: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => keys.has(key)))

export const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])

export const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [])

/** Anything but a string is empty. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
