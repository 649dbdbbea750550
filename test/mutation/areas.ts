/** A step of the tests that try to kill a mutant. */
export interface Level {
  tests: string[]
  /** Without them jest's set-up (PostgreSQL, the workflow bundle) is left out. */
  servers: boolean
}

export interface Area {
  /** Part of the sample. */
  share: number
  holds(file: string): boolean
  /** In the order of being tried, the likeliest and quickest first. */
  levels(file: string): Level[]
}

const e2e = (...names: string[]): Level => ({ tests: names.map((name) => `test/e2e/${name}.test`), servers: true })
const offline = (...tests: string[]): Level => ({ tests, servers: false })
const baseOf = (file: string): string => file.replace(/^.*\/|\.ts$/g, '')

/** End-to-end tests that know most of a workflow file. */
const nearest: Record<string, string[]> = {
  'run-orders': ['orders', 'superseding'],
  'run-state': ['orders'],
  'run-steps': ['parking', 'orders'],
  'deploy-plan': ['orders', 'superseding', 'parking'],
  'pipeline': ['pipelines'],
  'stages': ['templates', 'plans', 'resources'],
  'activity-proxies': ['resources', 'parking'],
}

export const areas = {
  domain: {
    share: 0.45,
    holds: (file) => file.startsWith('domain/'),
    levels: (file) => [offline(`test/domain/${baseOf(file)}.test`), offline('test/domain', 'test/providers/reconcile'), { tests: ['test/contracts', 'test/workflows/replay'], servers: true }, e2e('orders', 'plans', 'templates', 'parking')],
  },
  reconcile: {
    share: 0.2,
    holds: (file) => file === 'providers/reconcile.ts',
    levels: () => [offline('test/providers/reconcile'), { tests: ['test/providers'], servers: true }, e2e('reconciliation', 'plans', 'undeploy', 'parking')],
  },
  workflows: {
    share: 0.35,
    holds: (file) => file.startsWith('workflows/'),
    levels: (file) => [{ tests: ['test/workflows/replay'], servers: true }, e2e(...(nearest[baseOf(file)] ?? ['pipelines'])), { tests: ['test/workflows/record'], servers: true }, e2e('parking', 'orders', 'superseding', 'expiry', 'pipelines', 'undeploy', 'pipeline', 'resources')],
  },
} satisfies Record<string, Area>

export type AreaName = keyof typeof areas
