import { type Command, InvalidArgumentError } from 'commander'
import { createBar } from '../../seed/bar.ts'
import { refusalOf, registryOf } from '../../seed/registry.ts'
import { reportText } from '../../seed/report.ts'
import { seed } from '../../seed/seed.ts'
import { does } from '../cli.ts'
import { exitCodes } from '../exit.ts'
import { here } from '../input.ts'

const width = (text: string): number => {
  if (!/^([1-9]|[1-5]\d|6[0-4])$/.test(text)) throw new InvalidArgumentError('a number from 1 to 64')
  return Number(text)
}

const bringIn = does(async (cli, from: string | undefined, { concurrency, private: allowPrivateAddresses }: { concurrency: number; private: boolean }) => {
  const bar = createBar()
  const report = await seed({ registry: registryOf(cli.slipway), refusalOf, from: from === undefined ? from : here(from), concurrency, allowPrivateAddresses, onProgress: bar.show }).finally(bar.stop)
  cli.print(report, reportText(report))
  return report.failed > 0 ? exitCodes.failed : exitCodes.ok
})

export function addSeedCommand(program: Command): void {
  program.command('seed').argument('[source]', 'a folder, or https://host/repository.git#path@ref; default the library that ships')
    .option('--concurrency <n>', 'how many at once', width, 8).option('--private', 'the repository may lie in a private network', false)
    .description('bring every template of a folder or repository in; what is there is left alone').action(bringIn)
}
