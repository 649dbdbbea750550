import type { DeployProgress } from '../contracts/orders.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Steps } from './progress.ts'

/** What the Temporal UI shows of a run, in Markdown. */
export function describeProgress(title: string, run: DeployInput, status: DeployProgress['status'], steps: Steps, ignored?: string): string {
  const rows = Object.entries(steps).map(([provider, { state, done, groups, error }]) =>
    `| ${provider} | ${state} | ${String(done)}/${String(groups.length)} | ${error ? `\`${error.code}\` ${error.message.replaceAll('|', '\\|').replaceAll('\n', ' ')}` : ''} |`)
  return [`**${run.operation} ${title}**: ${status}`, '', `record \`${run.recordId}\`, plan \`${run.planId}\`, asked by ${run.actor}`, '', '| provider | state | groups | error |', '| --- | --- | --- | --- |', ...rows, ...(ignored === undefined ? [] : ['', `Last order refused: ${ignored}`])].join('\n')
}
