import { instantiateRequest } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { InstantiateInput, InstantiateResult } from '../contracts/workflow.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { getVersion } from '../db/template-versions.ts'
import { getTemplate } from '../db/templates.ts'
import { completeAnswers } from '../domain/answers.ts'
import { toJson } from '../domain/json.ts'
import { segmentProblem } from '../domain/paths.ts'
import { projectFiles } from '../domain/project-files.ts'
import { createRedact } from '../domain/redact.ts'
import { renderProject } from '../domain/render-project.ts'
import { secretVariables } from '../domain/variables.ts'
import type { ActivityContext } from './context.ts'
import { checkQuality } from './score-quality.ts'
import { limited } from './time-limit.ts'

const told = (errors: readonly ProblemError[]): string => errors.slice(0, 3).map(({ pointer, message }) => `${pointer} ${message}`).join('; ')

const invalid = (errors: ProblemError[]): DomainError => new DomainError('422.variables_invalid', `The parameters do not fit the template: ${told(errors)}`, { errors })
const failed = (errors: ProblemError[]): DomainError => new DomainError('422.render_failed', `The project cannot be rendered with these parameters: ${told(errors)}`, { errors })

/** Renders a project's files. They are stored nowhere but in a blob for the one who asked, for secrets may be in them. */
export async function renderInstance(ctx: ActivityContext, input: InstantiateInput): Promise<InstantiateResult> {
  const { request, version } = await inTenant(ctx.db, input.tenantId, async (tx) => {
    const wanted = instantiateRequest.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef))
    return { request: wanted, version: await getVersion(tx, await getTemplate(tx, input.templateId), wanted.version) }
  })
  const { artifact } = version
  if (version.status === 'draft' && version.createdBy !== input.actor) await inTenant(ctx.db, input.tenantId, (tx) => checkQuality(ctx, tx, version))
  if (!projectFiles(artifact)) throw new DomainError('422.kind_unsupported', `"${artifact.name}" has no files to make a project of: customize, plan and deploy it`)
  const unfit = segmentProblem(request.projectName)
  if (unfit !== undefined) throw invalid([{ pointer: '/projectName', message: unfit }])

  // What a filter or a check of the template's says may quote what it was given.
  const secrets = [...secretVariables(artifact.variables)]
  const clean = (problems: ProblemError[], values: JsonObject): ProblemError[] => {
    const redact = createRedact(secrets.flatMap((name) => values[name] ?? []))
    return problems.map(({ pointer, message }) => ({ pointer, message: redact(message) }))
  }
  const answers = limited(() => completeAnswers(artifact.variables, request.parameters, request.projectName, artifact.delimiters), () => invalid([{ pointer: '/parameters', message: "take too long to check against the template's schema" }]))
  if (answers.problems.length > 0) throw invalid(clean(answers.problems, { ...request.parameters, ...answers.values }).map(({ pointer, message }) => ({ pointer: `/parameters${pointer}`, message })))
  const { files, problems } = limited(() => renderProject(artifact, answers.values), () => failed([{ pointer: '/files', message: 'take too long to render' }]))
  if (problems.length > 0) throw failed(clean(problems, answers.values))

  const blobRef = await inTenant(ctx.db, input.tenantId, (tx) => putBlob(tx, ctx.vault, input.tenantId, toJson({ files })))
  ctx.log.info({ template_id: version.templateId, correlation_id: input.correlationId, status: 'success' }, 'project instantiated')
  return { blobRef, version: version.version }
}
