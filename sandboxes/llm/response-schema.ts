import { isRecord } from '../record.ts'
import { LlmError } from './errors.ts'

/** The schema that an answer must fit, out of `response_format.json_schema`. */
export function readSchema(wrapper: unknown): Record<string, unknown> {
  const param = 'response_format'
  if (!isRecord(wrapper) || typeof wrapper['name'] !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(wrapper['name'])) {
    throw new LlmError(400, "Invalid 'response_format.json_schema.name'", { param: `${param}.json_schema.name` })
  }
  const { schema, strict } = wrapper
  if (!isRecord(schema)) throw new LlmError(400, "Missing 'response_format.json_schema.schema'", { param: `${param}.json_schema.schema` })
  const fault = strict === true ? strictFault(schema, true) : undefined
  if (fault !== undefined) throw new LlmError(400, `Invalid schema for response_format '${wrapper['name']}': ${fault}`, { param })
  return schema
}

/** Strict schemas are closed objects that require all of their properties. */
function strictFault(schema: unknown, isRoot = false): string | undefined {
  if (Array.isArray(schema)) return schema.map((part) => strictFault(part)).find((fault) => fault !== undefined)
  if (!isRecord(schema)) return undefined
  if (isRoot && schema['type'] !== 'object') return 'schema must be of type "object"'
  const { properties, required } = schema
  if (isRecord(properties)) {
    if (schema['additionalProperties'] !== false) return "'additionalProperties' is required to be supplied and to be false."
    const names = Array.isArray(required) ? required : []
    const optional = Object.keys(properties).find((name) => !names.includes(name))
    if (optional !== undefined) return `'required' must include every key in properties. Missing '${optional}'.`
    return strictFault(Object.values(properties))
  }
  return strictFault([schema['items'], schema['anyOf']])
}
