import type { Json, JsonObject } from '../../contracts/json.ts'
import { cut } from '../../domain/cut.ts'
import { isObject } from '../../domain/json.ts'
import type { Desired } from '../provider.ts'

/** The tag that every workflow of ours carries, whatever the client. */
export const ourTag = 'slipway'

/** A name's end that marks it as ours, as often as it does. */
const markerAtEnd = /(?: \[sw-[0-9a-f]{12}\])+$/

/** n8n keeps 128 characters of a name, of which ` [sw-0123456789ab]` takes 18; what does not fit is cut from the part before the marker. */
const longestName = 110

/** Written by n8n, refused when sent (2.8.4 and 2.41.3). */
const readOnly = ['id', 'active', 'createdAt', 'updatedAt', 'isArchived', 'versionId', 'triggerCount', 'meta', 'activeVersion', 'activeVersionId', 'versionCounter', 'shared', 'sourceWorkflowId', 'parentFolder', 'nextCursor', 'description']

const writtenByUs = ['name', 'nodes', 'connections', 'settings', 'staticData', 'publish', 'tags']

const nodeKeys = ['id', 'name', 'webhookId', 'disabled', 'notesInFlow', 'notes', 'type', 'typeVersion', 'executeOnce', 'alwaysOutputData', 'retryOnFail', 'maxTries', 'waitBetweenTries', 'continueOnFail', 'onError', 'position', 'parameters', 'credentials']

/** Those that 2.8.4 and 2.41.3 both accept and keep. */
const settingsKeys = ['saveExecutionProgress', 'saveManualExecutions', 'saveDataErrorExecution', 'saveDataSuccessExecution', 'executionTimeout', 'errorWorkflow', 'timezone', 'executionOrder', 'callerPolicy', 'callerIds', 'timeSavedPerExecution', 'availableInMCP']

/** `name` and `staticData` are as optional as in an export. */
export type WorkflowSpec = JsonObject & { nodes: Json[]; connections: Json; settings: JsonObject }

export interface Writable {
  spec: WorkflowSpec
  notes: string[]
}

/**
 * What n8n's write API accepts of one of its own exports, on every version; the rest is named in the notes.
 * `publish` and `tags` (names) are ours: n8n has other calls for them.
 */
export function writable(workflow: JsonObject): Writable {
  const notes: string[] = []
  for (const key of Object.keys(workflow)) {
    if (readOnly.includes(key)) notes.push(`${key}: written by n8n, not sent`)
    else if (!writtenByUs.includes(key)) notes.push(`${key}: not accepted by every version of n8n's API, not sent`)
  }
  const { name, nodes, connections = {}, staticData, publish, tags } = workflow
  const spec: WorkflowSpec = {
    ...(name === undefined ? {} : { name: typeof name === 'string' ? writableName(name, notes) : name }),
    nodes: Array.isArray(nodes) ? nodes.map((node, at) => writableNode(node, at, notes)) : [],
    connections,
    settings: writableSettings(workflow['settings'], notes),
    ...(isObject(staticData) || typeof staticData === 'string' ? { staticData } : {}),
    ...(typeof publish === 'boolean' ? { publish } : {}),
    ...(Array.isArray(tags) ? { tags: tagNames(tags) } : {}),
  }
  return { spec, notes }
}

function writableNode(node: Json, at: number, notes: string[]): Json {
  if (!isObject(node)) return node
  const dropped = Object.keys(node).filter((key) => !nodeKeys.includes(key))
  const called = typeof node['name'] === 'string' ? `"${node['name']}"` : String(at)
  notes.push(...dropped.map((key) => `node ${called}, ${key}: not accepted by every version of n8n's API, not sent`))
  return dropped.length === 0 ? node : Object.fromEntries(Object.entries(node).filter(([key]) => nodeKeys.includes(key)))
}

function writableSettings(settings: Json | undefined, notes: string[]): JsonObject {
  if (!isObject(settings)) {
    notes.push('settings: missing, sent empty')
    return {}
  }
  const kept = Object.entries(settings).filter(([key, value]) => {
    if (!settingsKeys.includes(key)) notes.push(`settings.${key}: not accepted by every version of n8n's API, not sent`)
    else if (value === 'DEFAULT') notes.push(`settings.${key}: "DEFAULT" is not accepted by every version of n8n's API, not sent`)
    else return true
    return false
  })
  return Object.fromEntries(kept)
}

/** Exports carry whole tags; a template may give just names. */
const tagNames = (tags: Json[]): string[] => {
  const names = tags.map((tag) => (isObject(tag) ? tag['name'] : tag)).filter((name) => typeof name === 'string')
  return [...new Set(names)].filter((name) => name !== ourTag)
}

/** As it will be read back: a name that differed from it would differ for ever. */
export function writableName(name: string, notes: string[]): string {
  const plain = nameWithoutMarker(name)
  if (plain !== name) notes.push('name: the marker of another deployment was dropped from its end')
  const short = cut(plain, longestName)
  if (short !== plain) notes.push(`name: was cut to "${short}": n8n's limit leaves ${String(longestName)} characters beside our marker`)
  return short
}

export const nameWithoutMarker = (name: string): string => name.replace(markerAtEnd, '')

/** The name as n8n gets it: findable by the marker at its end. A workflow without a name gets its logical one, which is short enough. */
export const titleOf = ({ name, spec, marker }: Desired): string =>
  `${typeof spec['name'] === 'string' && spec['name'] !== '' ? nameWithoutMarker(spec['name']) : name} [${marker}]`
