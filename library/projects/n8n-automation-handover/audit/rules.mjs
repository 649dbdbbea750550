const secret = /\b(sk-[A-Za-z0-9_-]{16,}|xox[abp]-[A-Za-z0-9-]{10,}|gh[pousr]_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}|(?:sk|rk)_live_[A-Za-z0-9]{10,})\b|\bBearer\s+[A-Za-z0-9._-]{16,}/
const secretName = /^(api[-_]?key|token|password|secret|authorization|x-api-key)$/i
const is = (...types) => ({ type }) => types.some((one) => type === `n8n-nodes-base.${one}`)
const isTrigger = ({ type }) => /trigger$|\.webhook$/i.test(type)
const defaultName = /^(HTTP Request|Code|Edit Fields|Set|IF|If|Switch|Merge|Function|Webhook|Schedule Trigger|Loop Over Items)\d*$/

/** Every text in a node's parameters, with its path. */
function texts(value, path = '') {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => texts(one, path === '' ? key : `${path}.${key}`))
}

/** `{ name: 'X-Api-Key', value: 'abc' }`, as headers and queries are written; an expression is no secret. */
function namedSecrets(value) {
  if (typeof value !== 'object' || value === null) return []
  const own = typeof value.name === 'string' && secretName.test(value.name) && typeof value.value === 'string' && value.value !== '' && !value.value.startsWith('=') ? [value.name] : []
  return [...own, ...Object.values(value).flatMap(namedSecrets)]
}

const targets = ({ connections = {} }) => Object.entries(connections).flatMap(([from, kinds]) => Object.values(kinds).flatMap((outputs) => outputs.flatMap((output, index) => (output ?? []).map(({ node }) => ({ from, index, node })))))
const found = (rule, level, node, message) => ({ rule, level, node, message })

/** Each rule: what is wrong with a workflow, as findings. Disabled nodes and notes are left out. */
const rules = [
  ({ active }) => active.flatMap((node) => [
    ...texts(node.parameters).filter(({ text }) => secret.test(text)).map(({ path }) => found('secret-in-parameter', 'error', node.name, `${path} holds a key: use a credential, and rotate the key`)),
    ...namedSecrets(node.parameters).map((name) => found('secret-in-parameter', 'error', node.name, `${name} is written out: use a credential, and rotate it`)),
  ]),
  ({ workflow, active }) => (workflow.settings?.errorWorkflow || active.some(is('errorTrigger')) ? [] : [found('no-error-workflow', 'error', undefined, 'choose the error workflow in its settings')]),
  ({ workflow }) => Object.keys(workflow.pinData ?? {}).map((name) => found('pinned-data', 'error', name, 'unpin it before handing over')),
  ({ workflow }) => {
    const names = new Set(workflow.nodes.map(({ name }) => name))
    return targets(workflow).filter(({ from, node }) => !names.has(node) || !names.has(from)).map(({ from, node }) => found('dead-connection', 'error', from, `leads to ${node}, which is not there`))
  },
  ({ active }) => active.filter(is('webhook')).filter(({ parameters = {} }) => (parameters.authentication ?? 'none') === 'none').map(({ name }) => found('open-webhook', 'error', name, 'set header authentication, or check a signature in the next node and say so in its notes'))
    .filter(({ node }) => !/signature/i.test(active.find(({ name }) => name === node)?.notes ?? '')),
  ({ active }) => active.filter(is('httpRequest')).filter(({ retryOnFail }) => retryOnFail !== true).map(({ name }) => found('http-without-retry', 'warning', name, 'switch on "Retry on fail" with 3 tries, if what it calls can be repeated')),
  ({ workflow, active }) => active.filter(({ continueOnFail, onError }) => continueOnFail === true || onError === 'continueRegularOutput').map(({ name }) => found('swallowed-error', 'warning', name, 'use the error output and handle it')),
  ({ active }) => active.filter(({ name }) => defaultName.test(name)).map(({ name }) => found('default-name', 'warning', name, 'name it by what it does: "Fetch open invoices"')),
  ({ workflow, active }) => active.filter(is('executeWorkflow')).filter(({ parameters = {} }) => [parameters.workflowId, parameters.workflowId?.value].includes(workflow.id) && workflow.id !== undefined).map(({ name }) => found('unlimited-loop', 'warning', name, 'it starts its own workflow: count the rounds, and stop at a limit')),
  ({ active }) => active.flatMap((node) => texts(node.parameters).filter(({ text }) => /localhost|127\.0\.0\.1|\/webhook-test\/|ngrok|example\.com/.test(text)).map(({ path }) => found('test-address', 'warning', node.name, `${path} points to a test address`))),
  ({ workflow, active }) => {
    const reached = new Set(targets(workflow).map(({ node }) => node))
    return active.filter((node) => !isTrigger(node) && !reached.has(node.name) && !/langchain/.test(node.type)).map(({ name }) => found('unreached', 'warning', name, 'no connection leads to it: remove it, or connect it'))
  },
]

/** Everything that an exported workflow should not be handed over with; errors first. */
export function audit(workflow) {
  if (!Array.isArray(workflow?.nodes)) throw new Error('is no exported workflow: it has no nodes')
  const active = workflow.nodes.filter((node) => node.disabled !== true && !is('stickyNote')(node))
  return rules.flatMap((rule) => rule({ workflow, active })).sort((a, b) => a.level.localeCompare(b.level))
}
