import type { Command } from 'commander'
import { type Cli, does } from '../cli.ts'
import { exitCodes } from '../exit.ts'
import { variablesOf } from '../input.ts'
import { plain, table } from '../text.ts'
import { withVariables } from './templates.ts'

const list = does(async (cli) => {
  const items = await Array.fromAsync(cli.slipway.workflows.list())
  cli.print(items, table([['NAME', 'VERSION', 'DESCRIPTION', 'ID'], ...items.map(({ name, version, description, id }) => [name, String(version), description ?? '', id])]))
  return 0
})

/** Follows a run: each step whenever it changes; with --json as a line of JSON. */
async function follow(cli: Cli, runId: string): Promise<number> {
  cli.onInterrupt(() => { cli.note(`The run goes on. See it again: slipway workflows watch ${runId}`) })
  for await (const step of cli.slipway.workflows.runs.watch(runId)) {
    if (cli.json) process.stdout.write(`${JSON.stringify(step)}\n`)
    else cli.note(`${plain(step.id)}: ${step.status}${step.error === undefined ? '' : ` ${step.error.code} ${plain(step.error.message)}`}`)
  }
  const run = await cli.slipway.workflows.runs.get(runId)
  if (!cli.json) cli.print(run, `${run.status} ${runId}`)
  return run.status === 'success' ? exitCodes.ok : exitCodes.failed
}

const run = does(async (cli, name: string, options: { set?: string[]; values?: string; watch: boolean }) => {
  const { runId } = await cli.slipway.workflows.run(name, variablesOf(options))
  cli.note(`run ${runId}`)
  if (options.watch) return follow(cli, runId)
  cli.print({ runId }, runId)
  return 0
})

export function addWorkflowCommands(program: Command): void {
  const workflows = program.command('workflows').description('list and run workflows')
  workflows.command('list').description('all workflows').action(list)
  withVariables(workflows.command('run').argument('<workflow>', 'id or name')).option('--no-watch', 'do not wait for its end').description('run one and follow it; --set and --values are its input').action(run)
  workflows.command('watch').argument('<run>', 'id of the run').description('follow a run; with --json one step a line').action(does((cli, runId: string) => follow(cli, runId)))
}
