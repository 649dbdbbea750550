import ts from 'typescript'
import { seededRandom } from '../../sandboxes/random.ts'

/** One small change of one file's text. */
export interface Mutant {
  /** From the project's root. */
  file: string
  operator: Operator
  start: number
  line: number
  before: string
  after: string
  /** Names it across edits elsewhere in the file. */
  key: string
}

type Replace = (node: ts.Node, text: string) => void
type Find = (node: ts.Node, replace: Replace) => void

const tokens = (pairs: [string, string][]): Find => {
  const other = new Map([...pairs, ...pairs.map(([one, two]): [string, string] => [two, one])])
  return (node, replace) => {
    if (!ts.isBinaryExpression(node)) return
    const to = other.get(node.operatorToken.getText())
    if (to === undefined) return
    const text = node.getText()
    const at = node.operatorToken.getStart() - node.getStart()
    replace(node, text.slice(0, at) + to + text.slice(at + node.operatorToken.getText().length))
  }
}

const negated = (condition: ts.Expression): string => ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken ? condition.operand.getText() : `!(${condition.getText()})`

/** What leaves the block it stands in. */
const leaves = (statement: ts.Statement): boolean => {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last) || ts.isContinueStatement(last) || ts.isBreakStatement(last))
}

const isCompared = ({ parent }: ts.Node): boolean => ts.isBinaryExpression(parent) && /^[!=]==$/.test(parent.operatorToken.getText())

/** Where each kind of change can be made. */
const operators = {
  'condition negated': (node, replace) => {
    const condition = ts.isIfStatement(node) || ts.isWhileStatement(node) ? node.expression : ts.isConditionalExpression(node) ? node.condition : undefined
    if (condition) replace(condition, negated(condition))
  },
  'and/or exchanged': tokens([['&&', '||']]),
  'equality turned': tokens([['===', '!==']]),
  'limit moved': tokens([['<', '<='], ['>', '>=']]),
  'sign turned': tokens([['+', '-'], ['+=', '-=']]),
  'fallback dropped': (node, replace) => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) replace(node, node.left.getText())
  },
  'boolean flipped': (node, replace) => {
    if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node, 'false')
    if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node, 'true')
  },
  'statement removed': (node, replace) => {
    if (ts.isExpressionStatement(node)) replace(node, ';')
  },
  'early exit removed': (node, replace) => {
    if (ts.isIfStatement(node) && !node.elseStatement && leaves(node.thenStatement)) replace(node, ';')
  },
  'filter or sort dropped': (node, replace) => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && /^(filter|sort|toSorted)$/.test(node.expression.name.text)) replace(node, node.expression.expression.getText())
  },
  'branches exchanged': (node, replace) => {
    if (ts.isConditionalExpression(node)) replace(node, `${node.condition.getText()} ? ${node.whenFalse.getText()} : ${node.whenTrue.getText()}`)
  },
  'number moved': (node, replace) => {
    if (!ts.isNumericLiteral(node)) return
    for (const by of [1, -1]) replace(node, String(Number(node.text) + by))
  },
  'compared text emptied': (node, replace) => {
    if (ts.isStringLiteral(node) && node.text !== '' && isCompared(node)) replace(node, "''")
  },
} satisfies Record<string, Find>

export type Operator = keyof typeof operators

/** Types do nothing at run time, and no test should hold us to an error's words. */
const isLeftAlone = (node: ts.Node): boolean =>
  ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node) || isErrorText(node)

function isErrorText(node: ts.Node): boolean {
  if (ts.isSourceFile(node)) return false
  const { parent } = node
  if (!ts.isNewExpression(parent) && !ts.isCallExpression(parent)) return false
  return parent.arguments?.[0] === node && /(Error|nonRetryable)$/.test(parent.expression.getText())
}

/** A `1` says little: what is short is taken with what stands around it, so that its key names the place and not a count. */
function widened(target: ts.Node, replacement: string): { start: number; before: string; after: string } {
  let node = target
  while (node.getText().length < 9 && !ts.isSourceFile(node.parent) && node.parent.getText().length < 400) node = node.parent
  const before = node.getText()
  const at = target.getStart() - node.getStart()
  return { start: node.getStart(), before, after: before.slice(0, at) + replacement + before.slice(at + target.getText().length) }
}

/** Every change the operators can make to a source text. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Mutant[] = []
  const times = new Map<string, number>()
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node)) return
    for (const [operator, find] of Object.entries(operators) as [Operator, Find][]) {
      find(node, (target, replacement) => {
        const { start, before, after } = widened(target, replacement)
        const name = `${file}: ${before} → ${after}`
        const nth = (times.get(name) ?? 0) + 1
        times.set(name, nth)
        found.push({ file, operator, start, line: source.getLineAndCharacterOfPosition(start).line + 1, before, after, key: nth === 1 ? name : `${name} (${String(nth)})` })
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

export const applied = (text: string, { start, before, after }: Mutant): string => {
  if (!text.startsWith(before, start)) throw new Error('the text is not the one this mutant was made for')
  return text.slice(0, start) + after + text.slice(start + before.length)
}

const shuffled = <T>(items: readonly T[], random: () => number): T[] =>
  items.map((item) => ({ item, rank: random() })).sort((a, b) => a.rank - b.rank).map(({ item }) => item)

/** One from each list in turn, until all are empty. */
function* inTurn<T>(lists: readonly (readonly T[])[]): Generator<T> {
  for (let round = 0; lists.some((list) => round < list.length); round++) {
    for (const list of lists) if (round < list.length) yield list[round] as T
  }
}

const groupedBy = <T>(items: readonly T[], name: (item: T) => string): T[][] => [...Map.groupBy(items, name).values()]

/** Mutants in the order of being taken: spread over the files first, within a file over the operators. What is edited in one file leaves the order of the others alone. */
export function spread(mutants: readonly Mutant[], seed: number): Mutant[] {
  const ofFile = (file: string, own: readonly Mutant[]): Mutant[] => {
    const random = seededRandom([...file].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), seed))
    return [...inTurn(shuffled(groupedBy(own, ({ operator }) => operator).map((one) => shuffled(one, random)), random))]
  }
  return [...inTurn([...Map.groupBy(mutants, ({ file }) => file)].map(([file, own]) => ofFile(file, own)))]
}
