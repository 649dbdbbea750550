import { parse } from 'yaml'

interface Step { name?: string; uses?: string; run?: string; with?: Record<string, unknown> }
interface Job { permissions?: unknown; 'timeout-minutes'?: unknown; steps?: Step[]; uses?: string }
interface Workflow { on?: unknown; permissions?: Record<string, string> | string; jobs?: Record<string, Job> }

/** What anyone who opens an issue or a pull request can write. */
const strangers = /\$\{\{[^}]*\bgithub\.(event\.(?!(number|action|repository\.|pull_request\.(number|head\.sha|base\.sha|merged))\b)|head_ref|ref_name\b|ref\b)|\$\{\{[^}]*\binputs\./

const triggers = (on: unknown): string[] => (typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys((on ?? {}) as object))

/** What a workflow does that it must not; every sentence says the place and the way out. */
export function problemsOf(text: string): string[] {
  const { on, permissions, jobs = {} } = parse(text) as Workflow
  const problems: string[] = []
  for (const trigger of triggers(on)) if (['pull_request_target', 'workflow_run'].includes(trigger)) problems.push(`${trigger} runs with secrets on what strangers wrote: use pull_request`)
  if (permissions === undefined) problems.push('permissions is missing: begin with contents: read')
  else if (typeof permissions === 'string' ? permissions !== 'read-all' : Object.values(permissions).includes('write')) problems.push('permissions grants write to all jobs: grant it to the job that needs it')
  for (const [name, job] of Object.entries(jobs)) {
    if (job.uses === undefined && job['timeout-minutes'] === undefined) problems.push(`${name}: timeout-minutes is missing: the default is six hours`)
    for (const [at, step] of (job.steps ?? []).entries()) problems.push(...ofStep(step).map((problem) => `${name}, step ${at + 1}: ${problem}`))
  }
  return problems
}

function ofStep({ uses, run = '', with: given = {} }: Step): string[] {
  return [
    ...(strangers.test(run) ? ['a stranger\'s text is pasted into a shell: give it as env, and write "$NAME"'] : []),
    ...(/\bnpm (install|i)(?!\w)(?! -g)|\bpnpm (install|i)\b(?!.*--frozen-lockfile)/.test(run) ? ['the lockfile does not hold: npm ci, or pnpm install --frozen-lockfile'] : []),
    ...(/\bcurl\b.*\|\s*(ba|z)?sh\b/.test(run) ? ['what curl fetches is run unseen: fetch it by its check sum'] : []),
    ...(uses?.startsWith('actions/checkout@') && given['persist-credentials'] !== false ? ['the token stays on the disk for all later steps: persist-credentials: false'] : []),
    ...(uses && !uses.startsWith('./') && !/@(v\d|[0-9a-f]{40}$)/.test(uses) ? [`${uses} follows a branch: pin it`] : []),
  ]
}
