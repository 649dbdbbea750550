import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { AnswerOf, Template } from '../../../client/slipway.ts'
import type { Kind } from '../../../contracts/artifact.ts'
import { type Cli, does } from '../cli.ts'
import { CliError } from '../exit.ts'
import { count, here, importOf, variablesOf } from '../input.ts'
import { plain, styled, table } from '../text.ts'

interface Summary { id: string; kind: string; name: string; version: string; status: string; qualityScore: number | null }

const templateTable = (items: readonly Summary[]): string =>
  table([['NAME', 'KIND', 'VERSION', 'STATUS', 'QUALITY', 'ID'], ...items.map(({ name, kind, version, status, qualityScore, id }) => [name, kind, version, status, String(qualityScore ?? '—'), id])])

const limited = async <T>(items: AsyncIterable<T>, limit: number): Promise<T[]> => {
  const some: T[] = []
  for await (const item of items) if (some.push(item) >= limit) break
  return some
}

// The service says which kinds there are.
interface Filter { kind?: Kind[]; limit: number }
export const many = (text: string, before: string[] = []): string[] => [...before, text]

const search = does(async (cli, words: string[], { kind, limit }: Filter) => {
  const filters = kind ? { filters: { kind: kind } } : {}
  const result = await cli.slipway.search({ ...(words.length > 0 ? { query: words.join(' ') } : {}), ...filters, limit: Math.min(limit, 100) }).page()
  for (const [word, instead] of Object.entries(result.corrected)) cli.note(`No template has "${plain(word)}": looked for ${plain(instead.join(', '))}`)
  cli.print(result, templateTable(result.items))
  if (result.total > result.items.length) cli.note(`${String(result.items.length)} of ${String(result.total)}`)
  return 0
})

const list = does(async (cli, { kind: [kind, ...more] = [], limit }: Filter) => {
  if (more.length > 0) throw new CliError('Name one --kind: templates search takes several')
  const items = await limited(cli.slipway.templates.list(kind === undefined ? {} : { kind }), limit)
  cli.print(items, templateTable(items))
  return 0
})

/** What a template's variables are called, which are needed, and what they are otherwise. */
function variableTable(schema: { properties?: Record<string, { title?: string; default?: unknown; writeOnly?: boolean }>; required?: string[] }): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, { title = '', default: standard, writeOnly }]) =>
    [name, schema.required?.includes(name) ? 'required' : writeOnly ? 'secret' : standard === undefined ? '' : JSON.stringify(standard), title])
  return rows.length === 0 ? 'It has no variables.' : table([['VARIABLE', 'DEFAULT', 'TITLE'], ...rows])
}

const show = does(async (cli, name: string, { templateVersion: version }: { templateVersion?: string }) => {
  const template = await cli.slipway.getTemplate(name)
  const { artifact, ...rest } = await template.content(version)
  const resources = Object.entries(artifact.resources).map(([logical, { provider, type }]) => [logical, provider, type])
  cli.print({ ...template, version: rest.version, artifact }, [
    templateTable([{ ...template, version: rest.version }]), variableTable(artifact.variables), resources.length > 0 ? table([['RESOURCE', 'PROVIDER', 'TYPE'], ...resources]) : undefined,
  ].filter((part) => part !== undefined).join('\n\n'))
  return 0
})

interface ImportOptions { kind?: string; name?: string; templateVersion?: string }

/** Imports a file. A template that is there gets a new version where the file says something else. */
export async function importFile(cli: Cli, path: string, { kind, name, templateVersion: version }: ImportOptions): Promise<{ template: Template; result: AnswerOf<'importTemplate'> }> {
  const request = importOf(path, { kind, name, version })
  const { content } = request
  // An archive cannot be compared with the version there is: it is a new one, unless it names one that says the same.
  const result = await cli.slipway.templates.import(content === undefined ? { ...request, force: true } : request)
  const changed = !result.created && content !== undefined ? await cli.slipway.templates.update(result.templateId, { content, ...(version === undefined ? {} : { version }) }) : result
  cli.note(`${changed.created ? 'Imported' : 'Nothing new in'} ${plain(path)}: version ${changed.version}${changed.status === 'draft' ? ', a draft' : ''}`)
  for (const recommendation of changed.quality?.passed === false ? changed.quality.recommendations : []) cli.note(`  ${plain(recommendation)}`)
  return { template: await cli.slipway.getTemplate(result.templateId), result: changed }
}

const importOne = does(async (cli, path: string, options: ImportOptions) => {
  const { template } = await importFile(cli, path, options)
  cli.print(template, templateTable([template]))
  return 0
})

const exportOne = does(async (cli, name: string, { templateVersion: version, output }: { templateVersion?: string; output?: string }) => {
  const bytes = await cli.slipway.templates.export(name, version)
  if (output === undefined) process.stdout.write(bytes)
  else writeFileSync(here(output), bytes)
  return 0
})

const patchColour = (line: string): string => {
  const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : line.startsWith('@@') ? 'cyan' : undefined
  return colour ? styled(process.stdout, colour, plain(line)) : plain(line)
}

const diff = does(async (cli, name: string, from: string, to: string | undefined) => {
  const result = await (await cli.slipway.getTemplate(name)).diff(from, to)
  const text = result.text?.trimEnd().split('\n').map(patchColour).join('\n') ?? result.changes.map(({ action, pointer }) => `${action} ${plain(pointer)}`).join('\n')
  cli.print(result, result.changes.length === 0 ? 'No difference.' : text)
  return 0
})

interface CustomizeOptions { set?: string[]; values?: string; kb?: string[]; llm?: boolean; dryRun?: boolean; templateVersion?: string }

const customize = does(async (cli, name: string, { set, values, kb, llm, dryRun, templateVersion: version }: CustomizeOptions) => {
  const template = await cli.slipway.getTemplate(name)
  const request = { variables: variablesOf({ set, values }), ...(kb ? { kbRefs: kb } : {}), ...(llm ? { useLlm: true } : {}), ...(version === undefined ? {} : { version }) }
  if (dryRun) {
    const rendering = await template.preview(request)
    cli.print(rendering, JSON.stringify(rendering, null, 2))
    return 0
  }
  const instance = await template.customize(request)
  cli.print(instance, instance.instanceId)
  return 0
})

export const withVariables = (command: Command): Command => command
  .option('--set <name=value>', 'a variable: name=text or name:=json; may be repeated', many)
  .option('--values <file>', 'variables from a JSON or YAML file, or - for stdin: for secrets')


export function addTemplateCommands(program: Command): void {
  const templates = program.command('templates').description('find, import and compare templates')
  const filtered = (command: Command) => command.option('--kind <kind>', 'only of this kind', many).option('--limit <n>', 'at most so many', count, 50)
  filtered(templates.command('search').argument('[words...]').description('find templates by words')).action(search)
  filtered(templates.command('list').description('all templates, the newest first')).action(list)
  templates.command('show').argument('<template>', 'id or name').option('--template-version <version>', 'another than the newest version').description('its versions, variables and resources').action(show)
  templates.command('import').argument('<file>', 'JSON, YAML, or a tar').option('--kind <kind>', 'where the file does not say').option('--name <name>', 'another name').option('--template-version <version>', 'its version').description('import a template, or a raw n8n or Retell export').action(importOne)
  templates.command('export').argument('<template>', 'id or name').option('--template-version <version>', 'another than the newest version').option('-o, --output <file>', 'instead of stdout').description('one file that import takes').action(exportOne)
  templates.command('diff').argument('<template>', 'id or name').argument('<from>', 'version').argument('[to]', 'version; default the newest').description('what differs between two versions').action(diff)
  withVariables(program.command('customize').argument('<template>', 'id or name')).option('--kb <ref>', 'a document of the knowledge base; may be repeated', many).option('--llm', 'let the language model fill in texts').option('--dry-run', 'only show the rendering').option('--template-version <version>', 'another than the newest version')
    .description('render a template with variables, and print the instance').action(customize)
}
