import { z } from 'zod'
import { deploymentPlan, deploymentRecord, providerLink, resourcePlan } from './api.ts'
import { templateArtifact } from './artifact.ts'
import { keysOf } from './keys.ts'

const schemas = { 'template-artifact': templateArtifact, 'deployment-plan': deploymentPlan, 'deployment-record': deploymentRecord, 'provider-link': providerLink, 'resource-initialization-plan': resourcePlan }

export type SchemaName = keyof typeof schemas
export const schemaNames: readonly SchemaName[] = keysOf(schemas)

/** A contract as JSON Schema 2020-12, for whoever does not read zod. */
export function jsonSchemaOf(name: SchemaName): object {
  const { $schema, $ref, $defs = {}, ...schema } = z.toJSONSchema(schemas[name], {
    target: 'draft-2020-12',
    io: 'input',
    override({ jsonSchema }) {
      delete jsonSchema.id
      // What a JavaScript number can hold is no part of the contract.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  })
  // The contract itself stands at the top; only what it refers to is a definition.
  const own = $ref?.replace('#/$defs/', '')
  const others = Object.entries($defs).filter(([key]) => key !== own)
  return { $schema, $id: `urn:slipway:schema:${name}`, ...(own === undefined ? schema : $defs[own]), ...(others.length > 0 ? { $defs: Object.fromEntries(others) } : {}) }
}
