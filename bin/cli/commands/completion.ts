import { type Command, Argument } from 'commander'

interface Node { path: string; words: { word: string; description: string }[] }

/** Each command by the words that lead to it, and what may follow. */
function nodesOf(command: Command, path: string[] = []): Node[] {
  const options = [...command.options, ...(command.parent ? rootOf(command).options : [])].flatMap(({ long, description }) => (long ? [{ word: long, description }] : []))
  const children = command.commands.map((child) => ({ word: child.name(), description: child.description() }))
  return [{ path: path.join(' '), words: [...children, ...options, { word: '--help', description: 'show help' }] }, ...command.commands.flatMap((child) => nodesOf(child, [...path, child.name()]))]
}

const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command)
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The words before the cursor that are commands, in shells that know case. */
const bash = (nodes: Node[]): string => `_slipway() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${nodes.filter(({ path }) => path !== '').map(({ path }) => `      ${quoted((path.includes(' ') ? '' : ' ') + path)}) path=${quoted(path)} ;;`).join('\n')}
    esac
  done
  case "$path" in
${nodes.map(({ path, words }) => `    ${quoted(path)}) COMPREPLY=($(compgen -W ${quoted(words.map(({ word }) => word).join(' '))} -- "$cur")) ;;`).join('\n')}
  esac
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -o filenames -F _slipway slipway
`

const zsh = (nodes: Node[]): string => `#compdef slipway
_slipway() {
  local place= word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
${nodes.filter(({ path }) => path !== '').map(({ path }) => `      ${quoted((path.includes(' ') ? '' : ' ') + path)}) place=${quoted(path)} ;;`).join('\n')}
    esac
  done
  case "$place" in
${nodes.map(({ path, words }) => `    ${quoted(path)}) found=(${words.map(({ word, description }) => quoted(`${word}:${description}`)).join(' ')}) ;;`).join('\n')}
  esac
  _describe 'slipway' found || _files
}
compdef _slipway slipway
`

function fish(nodes: Node[]): string {
  const lines = nodes.flatMap(({ path, words }) => {
    const seen = path.split(' ').filter(Boolean)
    const condition = seen.length === 0 ? '__fish_use_subcommand' : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ')
    return words.map(({ word, description }) => `complete -c slipway -n ${quoted(condition)} ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`} -d ${quoted(description)}`)
  })
  return `${lines.join('\n')}\n`
}

const shells = { bash, zsh, fish }

export function addCompletionCommand(program: Command): void {
  program.command('completion').addArgument(new Argument('<shell>').choices(Object.keys(shells))).description('print the completion script of a shell')
    .action((shell: keyof typeof shells) => { process.stdout.write(shells[shell](nodesOf(program))) })
}
