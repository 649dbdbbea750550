import { customizeRequest } from '../contracts/api.ts'
import type { CustomizeRequest } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { CustomizeInput } from '../contracts/workflow.ts'
import { readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { derivedId, sha256 } from '../db/ids.ts'
import { readKbDocuments } from '../db/kb-contents.ts'
import { type TemplateVersion, getVersion } from '../db/template-versions.ts'
import { getTemplate } from '../db/templates.ts'
import { canonical } from '../domain/canonical.ts'
import { projectFiles } from '../domain/project-files.ts'
import { checkVariables, secretVariables } from '../domain/variables.ts'
import type { ActivityContext } from './context.ts'
import { limited } from './time-limit.ts'

export interface Customization {
  request: CustomizeRequest
  version: TemplateVersion
  variables: JsonObject
  secrets: JsonObject
  variablesHash: string
  kb: Record<string, string>
  instanceId: string
}

const invalid = (errors: ProblemError[]): DomainError =>
  new DomainError('422.variables_invalid', `The variables do not fit the template: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer.slice('/variables'.length) || '/'} ${message}`).join('; ')}`, { errors })

/** Everything an instance's id is derived from; equal input, equal id. */
export async function readCustomization(ctx: ActivityContext, tx: Tx, input: CustomizeInput): Promise<Customization> {
  const request = customizeRequest.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef))
  const template = await getTemplate(tx, input.templateId)
  const version = await getVersion(tx, template, request.version ?? input.version)
  if (projectFiles(version.artifact)) throw new DomainError('422.kind_unsupported', `"${template.name}" is made of files: instantiate it, there is nothing to customize or deploy`)
  const { values, problems } = limited(() => checkVariables(version.artifact.variables, request.variables), () => invalid([{ pointer: '/variables', message: "take too long to check against the template's schema" }]))
  if (problems.length > 0) throw invalid(problems.map(({ pointer, message }) => ({ pointer: `/variables${pointer}`, message })))

  const secretNames = secretVariables(version.artifact.variables)
  const split = (secret: boolean): JsonObject => Object.fromEntries(Object.entries(values).filter(([name]) => secretNames.has(name) === secret))
  const [variables, secrets] = [split(false), split(true)]
  const prints = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, ctx.vault.fingerprint(input.tenantId, canonical(value))]))
  const variablesHash = sha256(canonical({ variables, secrets: prints }))
  const kb = await readKbDocuments(tx, request.kbRefs)
  const kbHash = sha256(canonical(kb))
  return { request, version, variables, secrets, variablesHash, kb, instanceId: derivedId('instance', input.tenantId, version.id, version.contentRef, variablesHash, kbHash, String(request.useLlm)) }
}
