import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'

type Labels = Record<string, string>
interface Selector { matchLabels: Labels }
interface Probe { httpGet: { path: string }; periodSeconds: number; failureThreshold: number }
interface Container {
  ports: { name: string; containerPort: number }[]
  env: { name: string; value?: string }[]
  lifecycle: { preStop: { sleep: { seconds: number } } }
  startupProbe: Probe
  readinessProbe: Probe
  livenessProbe: Probe
  resources: { requests: Record<string, string>; limits: Record<string, string> }
  securityContext: object
}
interface Pod {
  containers: [Container]
  volumes: object[]
  terminationGracePeriodSeconds: number
  automountServiceAccountToken: boolean
  securityContext: { runAsNonRoot: boolean }
  topologySpreadConstraints: { topologyKey: string; labelSelector: Selector }[]
  hostNetwork?: boolean
  hostPID?: boolean
  hostIPC?: boolean
}
interface Peer { ipBlock?: { cidr: string; except?: string[] }; podSelector?: Selector }
/** What is looked at here, by kind; the manifests say more. */
interface Specs {
  Deployment: { replicas?: number; strategy: { rollingUpdate: { maxUnavailable: number } }; selector: Selector; template: { metadata: { labels: Labels }; spec: Pod } }
  Service: { selector: Labels; ports: [{ targetPort: string }] }
  HorizontalPodAutoscaler: { minReplicas: number }
  PodDisruptionBudget: { maxUnavailable: number; selector: Selector }
  NetworkPolicy: { podSelector: Selector; policyTypes: string[]; ingress: { from: Peer[]; ports: object[] }[]; egress: { to: Peer[] }[] }
  HTTPRoute: { rules: [{ backendRefs: [{ name: string }] }] }
}
type Kind = keyof Specs
interface Manifest<K extends Kind = Kind> { kind: K; metadata: { name: string }; spec: Specs[K] }
interface Kustomization { resources: string[]; labels: { includeSelectors?: boolean; pairs: Labels }[]; images: { digest?: string }[]; patches?: { target: { kind: Kind } }[] }

const base = new URL('../base/', import.meta.url)
const kustomizationOf = (url: URL): Kustomization => parse(readFileSync(url, 'utf8'))
const kustomization = kustomizationOf(new URL('kustomization.yaml', base))
const all = readdirSync(base).filter((name) => name !== 'kustomization.yaml').flatMap((name): Manifest[] => parseAllDocuments(readFileSync(new URL(name, base), 'utf8')).map((one) => one.toJS()))
const is = <K extends Kind>(kind: K) => (one: Manifest): one is Manifest<K> => one.kind === kind
const the = <K extends Kind>(kind: K): Manifest<K> => all.find(is(kind)) ?? assert.fail(`there is no ${kind}`)
const { labels } = the('Deployment').spec.template.metadata
const pod = the('Deployment').spec.template.spec
const [container] = pod.containers

test('every file is part of the whole, and every part a file', () => {
  assert.deepEqual(readdirSync(base).filter((name) => name !== 'kustomization.yaml').sort(), [...kustomization.resources].sort())
})

test('a deployment takes no pod away before another is ready', () => {
  assert.equal(the('Deployment').spec.strategy.rollingUpdate.maxUnavailable, 0)
  assert.equal(the('Deployment').spec.replicas, undefined, 'replicas belong to the autoscaler')
})

test('whoever ends has time for what has begun', () => {
  const sleep = container.lifecycle.preStop.sleep.seconds
  assert.ok(sleep >= 5, 'routes need some seconds to forget a pod')
  assert.ok(pod.terminationGracePeriodSeconds >= sleep + 25)
})

test('being ready and being alive are two questions', () => {
  assert.notEqual(container.readinessProbe.httpGet.path, container.livenessProbe.httpGet.path)
  assert.equal(container.startupProbe.httpGet.path, container.livenessProbe.httpGet.path)
  const patience = container.livenessProbe.periodSeconds * container.livenessProbe.failureThreshold
  assert.ok(patience >= 30, 'a pause of the collector must not restart it')
})

test('it asks for what it needs, and memory has a limit but CPU has none', () => {
  assert.ok(container.resources.requests.cpu)
  assert.equal(container.resources.limits.memory, container.resources.requests.memory)
  assert.equal(container.resources.limits.cpu, undefined)
})

test('it runs with as little as it can', () => {
  assert.equal(pod.securityContext.runAsNonRoot, true)
  assert.equal(pod.automountServiceAccountToken, false)
  assert.deepEqual(container.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC'] as const) assert.equal(pod[key], undefined)
  assert.ok(!JSON.stringify(pod.volumes).includes('hostPath'))
})

test('the loss of a node or a drain leaves enough', () => {
  assert.deepEqual(pod.topologySpreadConstraints.map((one) => one.topologyKey), ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'])
  assert.ok(the('HorizontalPodAutoscaler').spec.minReplicas >= 2)
  assert.equal(the('PodDisruptionBudget').spec.maxUnavailable, 1)
})

test('nobody calls it and it calls nobody but those who are named', () => {
  const { policyTypes, ingress, egress } = the('NetworkPolicy').spec
  assert.deepEqual(policyTypes, ['Ingress', 'Egress'])
  for (const rule of ingress) assert.ok(rule.from.length > 0 && rule.ports.length > 0)
  const [open] = egress.filter((rule) => rule.to.some((to) => to.ipBlock?.cidr === '0.0.0.0/0'))
  assert.ok(open?.to[0]?.ipBlock?.except?.includes('169.254.0.0/16'), 'the metadata of the cloud hold credentials')
})

test('what selects pods selects those of the deployment, and Kustomize does not write over it', () => {
  assert.ok(Object.keys(labels).length > 0)
  assert.deepEqual(the('Deployment').spec.selector.matchLabels, labels)
  assert.deepEqual(the('Service').spec.selector, labels)
  assert.deepEqual(the('PodDisruptionBudget').spec.selector.matchLabels, labels)
  assert.deepEqual(the('NetworkPolicy').spec.podSelector.matchLabels, labels)
  for (const one of pod.topologySpreadConstraints) assert.deepEqual(one.labelSelector.matchLabels, labels)
  for (const one of kustomization.labels) assert.equal(one.includeSelectors, false)
})

test('callers are called by their own names', () => {
  const callers = the('NetworkPolicy').spec.ingress.flatMap((rule) => rule.from).flatMap((one) => one.podSelector?.matchLabels['app.kubernetes.io/name'] ?? [])
  assert.deepEqual(callers, [${% for caller in variables.callers %}'${{ caller }}'${% unless forloop.last %}, ${% endunless %}${% endfor %}])
})

test('ports and names fit together', () => {
  const name = the('Deployment').metadata.name
  assert.deepEqual(all.map((one) => one.metadata.name), all.map(() => name))
  assert.match(name, /^[a-z]([a-z0-9-]{0,51}[a-z0-9])?$/)
  assert.equal(the('Service').spec.ports[0].targetPort, container.ports[0]?.name)
  assert.equal(String(container.ports[0]?.containerPort), container.env.find((one) => one.name === 'PORT')?.value)
  assert.equal(kustomization.labels[0]?.pairs['app.kubernetes.io/name'], name)
  const route = all.find(is('HTTPRoute'))
  if (route) assert.equal(route.spec.rules[0].backendRefs[0].name, name)
})

test('production runs an image that cannot change, and overlays lie on the base', () => {
  for (const name of ['production', 'staging']) {
    const overlay = kustomizationOf(new URL(`../overlays/${name}/kustomization.yaml`, import.meta.url))
    assert.ok(existsSync(new URL(`../overlays/${name}/${overlay.resources[0]}/kustomization.yaml`, import.meta.url)))
    if (name === 'production') assert.match(overlay.images[0]?.digest ?? '', /^sha256:[0-9a-f]{64}$/)
    for (const { target } of overlay.patches ?? []) the(target.kind)
  }
})
