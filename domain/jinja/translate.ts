import { compile } from './compile.ts'
import type { Names } from './compile.ts'
import { failing, inText, literal } from './liquid.ts'
import { parseExpression } from './parse-expression.ts'
import { JinjaError, piecesOf } from './pieces.ts'
import type { Syntax } from './pieces.ts'
import { createScopes } from './scopes.ts'
import { addTag } from './tags.ts'
import { Untranslatable } from './untranslatable.ts'
import { attempt, output, tag } from './work.ts'
import type { Remark, Work } from './work.ts'

export interface Translation {
  text: string
  remarks: Remark[]
}

/** A Jinja template as Liquid with the same delimiters; it gives the same text, or ends where it would not. */
export function translate(source: string, syntax: Syntax, root: Names): Translation {
  try {
    return translated(source, syntax, root)
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error
    return { text: output({ syntax }, failing(error.message).text), remarks: [{ line: error.line, what: error.message, stops: true }] }
  }
}

function translated(source: string, syntax: Syntax, root: Names): Translation {
  const work: Work = { syntax, pieces: piecesOf(source, syntax), scopes: createScopes(root), open: [], out: [], remarks: [] }
  for (let at = 0; at < work.pieces.length; at++) at = addPiece(work, at)
  const left = work.open.at(-1)
  if (left) throw new JinjaError(`${left.tag} is not closed`, left.line)
  return { text: work.out.join(''), remarks: work.remarks }
}

/** Translates the piece at a place; answers the last place that it has dealt with. */
function addPiece(work: Work, at: number): number {
  const piece = work.pieces[at]
  switch (piece?.kind) {
    case 'text': work.out.push(verbatim(piece.text, work.syntax, work.pieces[at + 1] !== undefined)); return at
    case 'raw': work.out.push(tag(work, 'raw') + piece.text + tag(work, 'endraw')); return at
    case 'output': work.out.push(output(work, attempt(work, piece.line, () => inText(compile(parseExpression(piece.source), work.scopes.names))).text)); return at
    case 'tag': return addTag(work, piece.source, piece.line, at)
    case undefined: return at
  }
}

/** Text whose end, with what follows, might now be taken for a delimiter: a comment between them has gone, or white space. */
function verbatim(text: string, { variable, block }: Syntax, isFollowed: boolean): string {
  const last = text.slice(-1)
  const ambiguous = isFollowed && [variable[0], block[0]].some((one) => Array.from(one).some((_, length) => length > 0 && text.endsWith(one.slice(0, length))))
  return ambiguous ? `${text.slice(0, -1)}${variable[0]} ${literal(last).text} ${variable[1]}` : text
}

/** A text of one expression as one that keeps its type, and any other as a text. */
export function translateValue(source: string, syntax: Syntax, root: Names): Translation {
  try {
    const [only, ...more] = piecesOf(source.trim(), syntax)
    if (more.length > 0 || only?.kind !== 'output') return translate(source, syntax, root)
    return { text: output({ syntax }, compile(parseExpression(only.source), root).text), remarks: [] }
  } catch (error) {
    // Told as of any other text.
    if (error instanceof Untranslatable || error instanceof JinjaError) return translate(source, syntax, root)
    throw error
  }
}
