/** Jinja's expressions as a tree: https://jinja.palletsprojects.com/en/stable/templates/#expressions */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null; float?: boolean }
  | { kind: 'list'; items: Expression[]; tuple?: boolean }
  | { kind: 'name'; name: string }
  | { kind: 'attribute'; of: Expression; name: string }
  | { kind: 'item'; of: Expression; key: Expression }
  | { kind: 'slice'; of: Expression; from: Expression | undefined; to: Expression | undefined }
  | { kind: 'call'; callee: Expression; args: Arguments }
  | { kind: 'filter'; of: Expression; name: string; args: Arguments }
  | { kind: 'test'; of: Expression; name: string; args: Arguments }
  | { kind: 'not'; of: Expression }
  | { kind: 'negative'; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'choice'; test: Expression; yes: Expression; no: Expression | undefined }

export interface Arguments {
  list: Expression[]
  named: Record<string, Expression>
}

export const comparisons = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'not in'])
/** Words that end an expression, or stand between two. */
export const keywords = new Set(['if', 'else', 'and', 'or', 'not', 'in', 'is', 'recursive'])
