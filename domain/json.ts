import type { Json, JsonObject } from '../contracts/json.ts'

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a JSON text says. Throws SyntaxError. */
export const parseJson = (text: string): Json => JSON.parse(text)

/** A value as it comes out of JSON at the other end: dates are texts, and what is undefined is not there. */
export const toJson = (value: object): Json => JSON.parse(JSON.stringify(value))

/** Without the members that are not there. */
export const present = (value: object): JsonObject => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined))
