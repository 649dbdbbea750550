import { z } from 'zod'
import { planRequest, providerLink, uuid } from './api.ts'
import { json, jsonObject, semver } from './artifact.ts'
import type { Permission } from './permissions.ts'

/** What a step of a workflow can do: checked when the workflow is saved, documented by the API, carried out by the worker. */
export interface Action {
  summary: string
  input: z.ZodObject
  output: z.ZodType
  /** What whoever runs it must hold. */
  rights: readonly Permission[]
  /** Whether it may be tried again: the others wait out what passes by themselves, and what they refuse is final. */
  retries: boolean
}

const action = <const A extends Action>(row: A): A => row
const template = z.string().min(1).max(200).meta({ description: 'Its id, or its name' })

/** Credentials come from a connection: what stands in a definition, everybody may read. */
const headers = z.record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'a name of a header'), z.string().max(4_000))
  .refine((given) => !Object.keys(given).some((name) => /^(authorization|proxy-authorization|cookie|host|content-length|transfer-encoding|connection)$|api-?key|token|secret|password/i.test(name)), 'hold no credentials, host or length: name a connection for credentials')

export const actions = {
  sleep: action({
    summary: 'Waits', rights: [], retries: false,
    input: z.strictObject({ seconds: z.number().min(0).max(30 * 86_400) }), output: z.strictObject({}),
  }),
  'http.request': action({
    summary: 'Sends one HTTP request; a status of 400 or more fails it. Redirections are not followed, private networks not reached. An Idempotency-Key names run, step and item.', rights: [], retries: true,
    input: z.strictObject({
      url: z.string().max(4_000).regex(/^https?:\/\//, 'an http(s) URL').refine((text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''), 'may not hold a user name or password'),
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
      headers: headers.default({}),
      body: json.optional().meta({ description: 'Sent as JSON' }),
      timeoutSeconds: z.number().min(1).max(120).default(30),
      connection: z.strictObject({
        id: uuid,
        secret: z.string().min(1).max(100).meta({ description: "Which of the connection's secrets" }),
        header: z.string().regex(/^[A-Za-z0-9-]{1,100}$/).default('Authorization'),
        scheme: z.string().regex(/^[A-Za-z]{0,20}$/).default('Bearer').meta({ description: 'What stands before it; may be empty' }),
      }).optional().meta({ description: "Whose credentials go along: only to addresses below the connection's own. Needs connection:write" }),
    }),
    output: z.strictObject({ status: z.int(), body: json }),
  }),
  'templates.customize': action({
    summary: 'Renders a template with variables', rights: ['template:write'], retries: false,
    input: z.strictObject({
      template, variables: jsonObject.default({}), version: semver.optional(), kbRefs: z.array(z.string().min(1).max(64)).max(100).default([]), useLlm: z.boolean().default(false),
      secretsOf: uuid.optional().meta({ description: "A client: the secret variables of its newest plan of this template stay, where `variables` names none. Needs deploy:plan" }),
    }),
    output: z.strictObject({ instanceId: uuid, templateId: uuid, version: semver }),
  }),
  'templates.plan': action({
    summary: 'Plans a deployment for a client', rights: ['deploy:plan'], retries: false,
    input: z.strictObject({ template, clientId: uuid, targets: planRequest.shape.targets, instanceId: uuid, replace: z.boolean().default(true) }),
    output: z.strictObject({ planId: uuid, revision: z.int(), planHash: z.string() }),
  }),
  'deployments.deploy': action({
    summary: 'Deploys a plan and waits; a deployment that parks fails the step and goes on waiting by itself', rights: ['deploy:execute'], retries: false,
    input: z.strictObject({ planId: uuid, planHash: z.string().optional(), destroy: z.boolean().default(false) }), output: z.strictObject({ recordId: uuid }),
  }),
  'approval.wait': action({
    summary: 'Waits until somebody approves or rejects: POST /api/v1/workflows/runs/{id}/decide', rights: [], retries: false,
    input: z.strictObject({ message: z.string().max(2_000).default(''), timeoutMinutes: z.number().min(0.001).max(30 * 1_440).default(1_440) }),
    output: z.strictObject({ by: z.string(), reason: z.string().nullable() }),
  }),
  'quality.check': action({
    summary: 'Scores a template, and fails where it is not good enough', rights: ['quality:read'], retries: true,
    input: z.strictObject({ template, version: semver.optional(), required: z.boolean().default(true).meta({ description: 'false: it only says so' }) }),
    output: z.strictObject({ version: semver, score: z.int(), passed: z.boolean(), recommendations: z.array(z.string()) }),
  }),
  'links.read': action({
    summary: 'What exists at the providers because of a template', rights: ['link:read'], retries: true,
    input: z.strictObject({ template, clientId: uuid.optional(), planId: uuid.optional() }), output: z.strictObject({ links: z.array(providerLink) }),
  }),
} as const

export type ActionName = keyof typeof actions
export type ActionInput<N extends ActionName> = z.output<(typeof actions)[N]['input']>

const byName: Readonly<Record<string, Action>> = actions

/** The action of that name; undefined where there is none. */
export const findAction = (name: string): Action | undefined => (Object.hasOwn(byName, name) ? byName[name] : undefined)

/** All that whoever runs these steps must hold. */
export const rightsOf = (steps: readonly { uses: string; with: object }[]): Permission[] =>
  [...new Set(steps.flatMap(({ uses, with: given }) => [...(findAction(uses)?.rights ?? []), ...('connection' in given ? ['connection:write' as const] : []), ...('secretsOf' in given ? ['deploy:plan' as const] : [])]))]

/** An action as the API shows it, with JSON Schemas. */
interface Described { name: string; summary: string; rights: Permission[]; retries: boolean; input: object; output: object }

/** The registry as the API shows it. */
export const describeActions = (): Described[] => Object.entries(actions).map(([name, { summary, rights, retries, input, output }]) => ({
  name, summary, rights: [...rights], retries, input: z.toJSONSchema(input, { io: 'input' }), output: z.toJSONSchema(output),
}))
