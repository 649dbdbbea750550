import { Command } from 'commander'
import { addAccountCommands } from './commands/account.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addDeployCommands } from './commands/deploy.ts'
import { addDeploymentCommands } from './commands/deployments.ts'
import { addSeedCommand } from './commands/seed.ts'
import { addTemplateCommands } from './commands/templates.ts'
import { addWorkflowCommands } from './commands/workflows.ts'

/** All commands of `slipway`. */
export function createProgram(version: string): Command {
  const program = new Command('slipway').description('From templates to running deployments, at the command line.').version(version)
    .option('--json', 'results as JSON on stdout, everything else on stderr')
    .option('--url <address>', 'where Slipway is; default SLIPWAY_URL, your login, or the stack that runs here')
    .showHelpAfterError('(see --help)').configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExit codes: 0 done, 1 failed or refused, 2 usage, 3 not logged in or not allowed, 4 not found, 5 conflict, 6 parked, 7 unreachable, 130 interrupted.')
  for (const add of [addAccountCommands, addTemplateCommands, addSeedCommand, addDeployCommands, addDeploymentCommands, addWorkflowCommands, addCompletionCommand]) add(program)
  return program
}
