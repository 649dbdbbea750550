/** Examples of the API's documentation; one story, so that ids match. */
const at = '2026-03-02T09:15:00.000Z'
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const correlationId = 'e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11'
const actor = 'ops@agency.example'

export const ids = {
  template: '0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01',
  client: '5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02',
  instance: '3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03',
  plan: '7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04',
  record: 'c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05',
  resourcePlan: '1d9e3f47-5c8b-8b21-9e7a-4a6c8e0f2b06',
  connection: '9a7c5e31-0d2f-4c18-a6b4-7f8e9d0c1b07',
  document: '2f4e6a8c-1b3d-4e5f-8a9b-0c1d2e3f4a08',
  deadLetter: '4b6d8f0a-3c5e-4a7b-9d1f-2a4c6e8b0d09',
  pipeline: '6d8f0a2c-5e7b-4c9d-8f3a-4c6e8b0d2f10',
  audit: '8f0a2c4e-7b9d-4e1f-a5c7-6e8b0d2f4a11',
  conflict: '0c2e4a6b-9d1f-4f3c-b7e9-8a0d2f4c6b12',
  workflow: 'a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12',
  workflowRun: 'b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13',
} as const

export const artifact = {
  kind: 'retell',
  name: 'dental-receptionist',
  version: '1.2.0',
  meta: { title: 'Dental receptionist', category: 'healthcare' },
  variables: { type: 'object', required: ['companyName'], properties: { companyName: { type: 'string', minLength: 1 } } },
  resources: {
    brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: 'You answer for ${{ variables.companyName }}' } },
    receptionist: { provider: 'retell', type: 'agent', spec: { voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: '${{ resources.brain.id }}' } } },
  },
}

const link = { provider: 'retell', external_id: 'agent_16ab4d1f0c2e5a7b9d3f', url: 'https://dashboard.retellai.com/agents/agent_16ab4d1f0c2e5a7b9d3f', type: 'agent', name: 'receptionist', plan_id: ids.plan, deployed_at: at }
const spec = { start_speaker: 'agent', general_prompt: 'You answer for Bright Smile' }
const changes = [{ provider: 'retell', type: 'llm', name: 'brain', action: 'create' }, { provider: 'retell', type: 'agent', name: 'receptionist', action: 'create' }]
const contentRef = `sha256:${hash}`
const event = { id: 17, at, type: 'step.success', provider: 'retell', message: 'retell: 2 resources are as planned', data: {} }
const client = { id: ids.client, name: 'Bright Smile', metadata: {}, createdBy: actor, createdAt: at, updatedAt: at }
const connection = { id: ids.connection, provider: 'retell', name: 'Agency account', clientId: null, baseUrl: null, config: {}, secrets: ['apiKey'], createdBy: actor, createdAt: at, updatedAt: at }
const document = { id: ids.document, ref: 'openingHours', title: 'Opening hours', content: 'Monday to Friday, 9 to 17', contentHash: hash, metadata: {}, createdBy: actor, createdAt: at, updatedAt: at }
const template = { id: ids.template, kind: 'retell', name: 'dental-receptionist', version: '1.2.0', status: 'published', contentRef, meta: artifact.meta, qualityScore: 85, createdBy: actor, createdAt: at, updatedAt: at }
const version = { version: '1.2.0', contentRef, status: 'published', qualityScore: 85, source: null, createdBy: actor, createdAt: at }
const sha = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
const path = 'retell/dental-receptionist/template.yaml'
const committedVersion = { ...version, sha, author: actor, date: at, message: 'Update template: dental-receptionist', paths: [path] }
const fullArtifact = { ...artifact, initialization: { prompts: [], documents: [] } }
const plan = { id: ids.plan, templateId: ids.template, clientId: ids.client, instanceId: ids.instance, targets: ['retell'], revision: 1, planHash: hash, variables: { companyName: 'Bright Smile' }, changes, createdBy: actor, createdAt: at, updatedAt: at }
const record = {
  id: ids.record, planId: ids.plan, operation: 'deploy', status: 'success', request: { planId: ids.plan, targets: ['retell'], destroy: false },
  providers: [{ provider: 'retell', status: 'success', attempts: 1, links: [link] }],
  workflow: { id: `deploy:${ids.plan}` }, correlationId, requestedBy: actor, createdAt: at, startedAt: at, finishedAt: at, logsRef: `/api/v1/deployments/${ids.record}/logs`,
}
const stages = [{ table: 'prompts', status: 'success', rows: [{ key: 'greeting', contentHash: hash }], written: 1, deleted: 0, writtenAt: at }, { table: 'documents', status: 'success', rows: [], written: 0, deleted: 0, writtenAt: at }]
const deadLetter = { id: ids.deadLetter, recordId: ids.record, planId: ids.plan, provider: 'ghl', code: '502.provider_error_ghl', message: 'GoHighLevel answered 500', fingerprint: '5e0c1c6f', attempts: 6, status: 'parked', createdAt: at, decidedAt: null }
const conflict = {
  id: ids.conflict, templateId: ids.template, path, reason: 'both_changed', problems: [{ pointer: '/meta/title', message: 'is "Front desk" in the remote and "Dental receptionist" here' }],
  base: { kind: 'retell', meta: { title: 'Receptionist' } }, ours: { kind: 'retell', meta: { title: 'Dental receptionist' } }, theirs: 'kind: retell\nmeta:\n  title: Front desk\n',
  remoteSha: sha, author: 'Ada <ada@example.com>', status: 'open', resolution: null, resolvedBy: null, createdAt: at, resolvedAt: null,
}
const gitStatus = { head: sha, remote: { url: 'https://git.example.com/agency/templates.git', branch: 'main', sha }, lag: { unwritten: 0, unpushed: 0 }, lastSync: { at, by: actor, succeededAt: at, error: null }, conflicts: 1 }
const list = (item: unknown) => ({ items: [item], nextCursor: null })

const worth = (points: number, of: number) => ({ points, of })
const scored = {
  template_id: ids.template, version: '1.2.0', quality_score: 85, minimum: 70, passed: true, rules: [],
  checks: { documentation: 'pass', examples: 'pass', metadata: 'pass', structure: 'pass', dependencies: 'warning' },
  points: { documentation: worth(30, 30), examples: worth(20, 20), metadata: worth(20, 20), structure: worth(15, 15), dependencies: worth(0, 15) },
  recommendations: ['Make a resource of the credentials that these nodes take from another n8n: intake: "Mail"'],
}

export const examples = {
  imported: { templateId: ids.template, version: '1.2.0', contentRef, status: 'published', created: true, quality: { score: 85, passed: true, recommendations: scored.recommendations } },
  importedBefore: { templateId: ids.template, version: '1.2.0', contentRef, status: 'published', created: false },
  customized: { instanceId: ids.instance, templateId: ids.template, version: '1.2.0', variablesHash: hash },
  dryRun: { resources: { brain: { provider: 'retell', type: 'llm', spec } }, initialization: { prompts: [], documents: [] } },
  instance: { instanceId: ids.instance, templateId: ids.template, version: '1.2.0', variablesHash: hash, variables: { companyName: 'Bright Smile' }, kbRefs: [], useLlm: false, rendering: { resources: { brain: { provider: 'retell', type: 'llm', spec } }, initialization: { prompts: [], documents: [] } } },
  cacheCleared: { cache: 'redis', entries: 12 },
  planned: { planId: ids.plan, revision: 1, planHash: hash, changes },
  resources: { planId: ids.plan, resourcePlanId: ids.resourcePlan },
  resourcePlan: { id: ids.resourcePlan, planId: ids.plan, instanceId: ids.instance, status: 'success', stages, correlationId, createdAt: at, updatedAt: at },
  recordId: { recordId: ids.record },
  links: [link],
  template,
  templates: list(template),
  scored,
  validated: { ...scored, valid: true, errors: [] },
  qualityPolicy: { minimum: 70, gated: ['project'], rules: [{ name: 'licence', severity: 'fail', message: 'Choose a licence', condition: "artifact.meta.license != nil" }] },
  qualityReport: {
    total: 1, scored: 1, average: 85, passing: 1, minimum: 70, distribution: [{ from: 0, to: 49, count: 0 }, { from: 50, to: 69, count: 0 }, { from: 70, to: 84, count: 0 }, { from: 85, to: 100, count: 1 }],
    worst: [{ templateId: ids.template, name: template.name, kind: 'retell', version: '1.2.0', quality_score: 85, recommendations: scored.recommendations }],
    trend: [{ templateId: ids.template, name: template.name, versions: [{ version: '1.1.0', quality_score: 70, createdAt: at }, { version: '1.2.0', quality_score: 85, createdAt: at }] }],
  },
  found: {
    items: [{ ...template, score: 0.61 }], total: 1, corrected: { recep: ['receptionist'] }, nextCursor: null,
    facets: { kind: [{ value: 'retell', count: 1 }], category: [{ value: 'healthcare', count: 1 }], tag: [] },
  },
  version,
  versions: list(committedVersion),
  versionContent: { ...version, templateId: ids.template, artifact: fullArtifact },
  exported: fullArtifact,
  compared: {
    from: '1.1.0', to: '1.2.0', changes: [{ pointer: '/meta/title', action: 'changed', from: 'Receptionist', to: artifact.meta.title }],
    text: `--- dental-receptionist 1.1.0\n+++ dental-receptionist 1.2.0\n@@ -3,3 +3,3 @@\n   "meta": {\n-    "title": "Receptionist",\n+    "title": "${artifact.meta.title}",\n     "category": "healthcare"\n`,
  },
  rolledBack: { templateId: ids.template, version: '1.2.1', contentRef, status: 'published', created: true },
  plan,
  record,
  records: list(record),
  logs: list(event),
  events: `retry: 2000\n\nid: 17\nevent: step.success\ndata: ${JSON.stringify(event)}\n\nevent: end\ndata: {"status":"success"}\n\n`,
  deadLetters: { ...list(deadLetter), groups: [{ provider: 'ghl', fingerprint: '5e0c1c6f', code: deadLetter.code, message: deadLetter.message, count: 1, latestAt: at }] },
  retried: { retried: [ids.deadLetter], refused: [] },
  pipelineStarted: { pipelineId: ids.pipeline },
  pipeline: {
    id: ids.pipeline, status: 'running', correlationId, createdBy: actor, createdAt: at, finishedAt: null,
    stages: [{ name: 'import', status: 'success', ids: { templateId: ids.template }, startedAt: at, finishedAt: at }, { name: 'customize', status: 'running', startedAt: at }, ...(['plan', 'resources', 'deploy'] as const).map((name) => ({ name, status: 'pending' as const }))],
  },
  client,
  clients: list(client),
  connection,
  connections: list(connection),
  connectionTest: { ok: true, account: 'Agency' },
  document,
  documents: list(document),
  audit: list({ id: ids.audit, at, actor, action: 'deployment.requested', subjectType: 'plan', subjectId: ids.plan, correlationId, data: {} }),
  gitSync: { head: sha, pulled: [{ templateId: ids.template, action: 'update', version: '1.2.1' }], pushed: 2, conflicts: 0 },
  gitStatus,
  gitConflicts: list(conflict),
  gitConflictResolved: { ...conflict, status: 'resolved', resolution: 'theirs', resolvedBy: actor, resolvedAt: at },
  adminStats: {
    totals: { templates: 12, versions: 17, instances: 9, clients: 4, plans: 5, deployments: 8, workflows: 1, workflowRuns: 3 },
    templates: { byCategory: [{ category: 'healthcare', count: 9 }, { category: null, count: 3 }], byKind: [{ kind: 'retell', count: 8 }, { kind: 'n8n', count: 4 }] },
    deployments: { queued: 0, running: 1, success: 6, failed: 1 }, cache: { in: 'redis', hits: 90, misses: 10, hitRatio: 0.9 }, git: gitStatus, streams: { lag: 3, undelivered: 2, pending: 1 },
  },
  health: { status: 'healthy', service: 'slipway', version: '0.1.0', database: 'connected', redis: 'connected', temporal: 'connected', templates_count: 12 },
  ready: { status: 'ready' },
}
