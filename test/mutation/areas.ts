/** A step of the tests that try to kill a mutant. */
export interface Level {
  tests: string[]
  /** What jest sets up before them: the whole takes several seconds. */
  needs: 'nothing' | 'bundle' | 'servers'
}

export interface Area {
  /** Part of the sample. */
  share: number
  holds(file: string): boolean
  /** In the order of being tried, the likeliest and quickest first. */
  levels(file: string): Level[]
}

const e2e = (...names: string[]): Level => ({ tests: names.map((name) => `test/e2e/${name}.test`), needs: 'servers' })
const offline = (...tests: string[]): Level => ({ tests, needs: 'nothing' })
const withServers = (...tests: string[]): Level => ({ tests, needs: 'servers' })
const replay: Level = { tests: ['test/workflows/replay'], needs: 'bundle' }
const baseOf = (file: string): string => file.replace(/^.*\/|\.ts$/g, '')

/** End-to-end tests that know most of a workflow file. */
const nearest: Record<string, string[]> = {
  'run-orders': ['orders', 'superseding'],
  'order-messages': ['orders', 'superseding'],
  'decisions': ['orders', 'parking'],
  'run-state': ['orders'],
  'step-states': ['orders'],
  'failures': ['parking', 'orders', 'workflows'],
  'run-steps': ['parking', 'orders'],
  'deploy-plan': ['superseding', 'orders', 'pipelines'],
  'pipeline': ['pipelines'],
  'stages': ['templates', 'plans', 'resources'],
  'activity-proxies': ['third-party', 'templates', 'git-sync'],
  'repository': ['repository', 'git-sync'],
  'keep-repositories': ['git-sync', 'repository'],
  'run-definition': ['workflows'],
  'run-deployment': ['workflows', 'pipelines'],
  'definition-steps': ['workflows'],
  'definition-waits': ['workflows'],
  'settled': ['workflows', 'pipelines'],
  'tell': ['superseding', 'workflows'],
  'delete-template': ['repository'],
  'instantiate': ['project-sources'],
}

/** Tests through the API that know most of a decision, where it has no test of its own without servers. */
const throughTheApi: [RegExp, string[]][] = [
  [/jinja|cookiecutter|copier|python-values|source|manifest|project|template-files|template-path|answers/, ['test/e2e/project-sources', 'test/api/projects']],
  [/quality|needed-packages/, ['test/api/quality']],
  [/dag|definition|step-values/, ['test/e2e/workflows']],
  [/merge|pull|template-place/, ['test/e2e/git-sync', 'test/e2e/repository.test']],
  [/compare|versions/, ['test/api/registry']],
]
const nearestTo = (file: string): Level[] => throughTheApi.filter(([files]) => files.test(file.replace('domain/', ''))).slice(0, 1).map(([, tests]) => withServers(...tests))

export const areas = {
  domain: {
    share: 0.45,
    holds: (file) => file.startsWith('domain/'),
    levels: (file) => [offline(`test/domain/${baseOf(file)}.test`), offline('test/domain', 'test/providers/reconcile'), offline('test/contracts'), ...nearestTo(file), replay, e2e('orders', 'plans', 'templates', 'parking')],
  },
  reconcile: {
    share: 0.2,
    holds: (file) => ['engine', 'preview', 'reconcile'].some((name) => file === `providers/${name}.ts`),
    levels: () => [offline('test/providers/reconcile'), withServers('test/providers'), e2e('reconciliation', 'plans', 'undeploy', 'parking')],
  },
  workflows: {
    share: 0.35,
    holds: (file) => file.startsWith('workflows/'),
    levels: (file) => {
      const first = nearest[baseOf(file)] ?? ['pipelines']
      return [replay, e2e(...first), withServers('test/workflows/record'), e2e(...['parking', 'orders', 'superseding', 'expiry', 'pipelines', 'undeploy', 'pipeline', 'resources'].filter((name) => !first.includes(name)))]
    },
  },
} satisfies Record<string, Area>

export type AreaName = keyof typeof areas
