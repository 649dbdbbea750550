import { Unknown, compile } from './compile.ts'
import type { Names } from './compile.ts'
import { Untranslatable, parseExpression, readerOf, short } from './expression.ts'
import type { Expression } from './expression.ts'
import { atom, condition, failing, inText, literal, operand, pipe } from './liquid.ts'
import type { Code, Type } from './liquid.ts'
import { JinjaError, piecesOf } from './pieces.ts'
import type { Piece, Syntax } from './pieces.ts'

/** What could not be translated, and whether whoever needs the place is stopped. */
export interface Remark {
  line: number
  what: string
  stops: boolean
}

export interface Translation {
  text: string
  remarks: Remark[]
}

/** What `loop` has, in Liquid's words. */
const loopParts: Readonly<Record<string, [string, Type]>> = {
  index: ['forloop.index', 'integer'], index0: ['forloop.index0', 'integer'], revindex: ['forloop.rindex', 'integer'], revindex0: ['forloop.rindex0', 'integer'],
  first: ['forloop.first', 'boolean'], last: ['forloop.last', 'boolean'], length: ['forloop.length', 'integer'],
}

/** Tags with an end, whose inside is nothing by itself here. */
const blocks = new Set(['macro', 'call', 'filter', 'with', 'autoescape', 'trans', 'block'])
/** Words that mean something in Liquid. */
const taken = new Set(['variables', 'forloop', 'tablerowloop', 'nil', 'null', 'true', 'false', 'empty', 'blank', 'and', 'or', 'not', 'contains', 'kb', 'resources'])

interface Scope {
  names: Map<string, Code>
  /** A `for`: what is set inside is forgotten at its end. */
  loop: boolean
  /** How many `if`s are open in it. */
  conditions: number
}

interface Open {
  tag: string
  /** What stands for the end. */
  end: string
  /** Told apart from what Jinja has for itself: `else` of a `for`. */
  line: number
}

/** A Jinja template as Liquid with the same delimiters; it gives the same text, or ends where it would not. */
export function translate(source: string, syntax: Syntax, root: Names): Translation {
  try {
    return translated(source, syntax, root)
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error
    return { text: `${syntax.variable[0]} ${failing(error.message).text} ${syntax.variable[1]}`, remarks: [{ line: error.line, what: error.message, stops: true }] }
  }
}

function translated(source: string, syntax: Syntax, root: Names): Translation {
  const pieces = piecesOf(source, syntax)
  const remarks: Remark[] = []
  const out: string[] = []
  const scopes: Scope[] = [{ names: new Map(), loop: false, conditions: 0 }]
  const open: Open[] = []
  let fresh = 0

  const local = (name: string): Code | undefined => scopes.findLast(({ names }) => names.has(name))?.names.get(name)
  const inLoop = (): boolean => scopes.some(({ loop }) => loop)
  const names: Names = {
    read: (name) => {
      if (name === 'loop' && inLoop()) throw new Untranslatable('loop as a whole')
      return local(name) ?? root.read(name)
    },
    added: root.added,
    readPart: (name, key) => {
      if (name === 'loop' && inLoop()) {
        const part = Object.hasOwn(loopParts, key) ? loopParts[key] : undefined
        if (!part) throw new Untranslatable(`loop.${key}`)
        return atom(...part)
      }
      return local(name) ? undefined : root.readPart(name, key)
    },
  }
  const output = (code: string): string => `${syntax.variable[0]} ${code} ${syntax.variable[1]}`
  const tag = (code: string): string => `${syntax.block[0]} ${code} ${syntax.block[1]}`
  const remark = (line: number, what: string, stops: boolean): void => { remarks.push({ line, what, stops }) }

  /** The expression, or one that ends the rendering where it is needed. */
  const attempt = (line: number, work: () => Code): Code => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      const what = `${error instanceof Unknown ? '' : 'cannot translate '}${error.message}`
      remark(line, what, true)
      return failing(what)
    }
  }
  const value = (line: number, expression: Expression): Code => attempt(line, () => compile(expression, names))
  const stop = (line: number, what: string): void => {
    remark(line, what, true)
    out.push(output(failing(what).text))
  }

  /** A name of its own in Liquid, where one is forgotten later or would mean something else. */
  const define = (name: string, type: Type): Code => {
    const code = atom(taken.has(name) || local(name) !== undefined ? `${name}_${String(++fresh)}` : name, type)
    scopes.at(-1)?.names.set(name, code)
    return code
  }

  const openTag = (name: string, end: string, line: number): void => { open.push({ tag: name, end, line }) }

  function beginFor(line: number, rest: string, at: number): void {
    const reader = readerOf(rest)
    const targets = [reader.name()]
    while (reader.take(',')) targets.push(reader.name())
    if (!reader.take('in')) throw new Untranslatable(`"for ${short(rest)}"`)
    const all = value(line, reader.operand())
    const filter = reader.take('if') ? reader.operand() : undefined
    if (reader.take('recursive')) throw new Untranslatable('a recursive for')
    reader.end()
    const list = operand(all.type === 'list' || all.type === 'sequence' ? all : pipe(all, 'each', 'list'))
    // Liquid counts what the condition leaves out, and knows no else for it.
    if (filter && !isPlain(pieces.slice(at + 1, skipTo('endfor', at, 'for')))) throw new Untranslatable('a for with a condition that also has loop or else')
    scopes.push({ names: new Map(), loop: true, conditions: 0 })
    const [single] = targets
    const item = targets.length === 1 ? define(single ?? '', 'any') : atom(`item_${String(++fresh)}`, 'any')
    out.push(tag(`for ${item.text} in ${list}`))
    if (targets.length > 1) targets.forEach((name, at) => { out.push(tag(`assign ${define(name, 'any').text} = ${pipe(item, 'pick', 'any', atom(String(at), 'integer')).text}`)) })
    if (filter) out.push(tag(`if ${condition(value(line, filter)).text}`))
    openTag('for', (filter ? tag('endif') : '') + tag('endfor'), line)
  }

  function set(line: number, rest: string): void {
    const reader = readerOf(rest)
    const name = reader.name()
    const outer = scopes.slice(0, -1).some(({ names: known }) => known.has(name))
    const scope = scopes.at(-1)
    if (inLoop() && (outer || (scope?.conditions ?? 0) > 0)) throw new Untranslatable(`a set inside a loop of ${name}, which ${outer ? 'is also outside of it' : 'stands under a condition'}`)
    if (reader.take('=')) {
      const code = value(line, reader.expression())
      reader.end()
      const before = scope?.names.get(name)
      const target = before ?? define(name, code.type)
      if (before && before.type !== code.type) scope?.names.set(name, { ...before, type: 'any' })
      out.push(tag(`assign ${target.text} = ${code.text}`))
      return
    }
    reader.end()
    const target = scope?.names.get(name) ?? define(name, 'string')
    out.push(tag(`capture ${target.text}`))
    openTag('set', tag('endcapture'), line)
  }

  /** Skips to the end of a block that means nothing here. */
  function skipTo(end: string, from: number, name: string): number {
    let depth = 0
    for (let at = from + 1; at < pieces.length; at++) {
      const piece = pieces[at]
      if (piece?.kind !== 'tag') continue
      const [word] = piece.source.trim().split(/\s+/)
      if (word === name) depth += 1
      else if (word === end && depth-- === 0) return at
    }
    return pieces.length
  }

  const nearest = (line: number, ...tags: string[]): Open => {
    const last = open.at(-1)
    if (!last || !tags.includes(last.tag)) throw new JinjaError(`an end without its beginning`, line)
    return last
  }
  function close(line: number, ...tags: string[]): void {
    out.push(nearest(line, ...tags).end)
    open.pop()
    const scope = scopes.at(-1)
    if (tags.includes('for')) scopes.pop()
    else if (tags.includes('if') && scope) scope.conditions -= 1
  }

  /** One tag; answers where to go on. */
  function statement({ source: code, line }: { source: string; line: number }, at: number): number {
    const [, word = '', rest = ''] = /^\s*([a-z_]\w*)?([\s\S]*)$/i.exec(code) ?? []
    switch (word) {
      case 'if': {
        const scope = scopes.at(-1)
        out.push(tag(`if ${conditionOf(line, rest)}`))
        if (scope) scope.conditions += 1
        openTag('if', tag('endif'), line)
        return at
      }
      case 'elif':
        nearest(line, 'if')
        out.push(tag(`elsif ${conditionOf(line, rest)}`))
        return at
      case 'else':
        nearest(line, 'if', 'for')
        out.push(tag('else'))
        return at
      case 'endif': close(line, 'if'); return at
      case 'for': beginFor(line, rest, at); return at
      case 'endfor': close(line, 'for'); return at
      case 'set': set(line, rest); return at
      case 'endset': close(line, 'set'); return at
      case 'now':
        if (!root.added.has('now')) throw new Untranslatable(`the tag "${short(code)}"`)
        out.push(output(attempt(line, () => now(rest)).text)); return at
      case 'macro': case 'import': case 'from':
        // What it defines is unknown: whoever calls it is told there.
        remark(line, `${word === 'macro' ? 'macro' : 'import'} "${short(rest)}"`, false)
        return word === 'macro' ? skipTo('endmacro', at, 'macro') : at
      default:
        stop(line, `cannot translate the tag "${short(code)}"`)
        return blocks.has(word) ? skipTo(`end${word}`, at, word) : at
    }
  }

  const conditionOf = (line: number, rest: string): string => attempt(line, () => condition(compile(parseExpression(rest), names))).text

  /** Cookiecutter's own tag, of its time extension: the time zone, and the format. */
  function now(rest: string): Code {
    const reader = readerOf(rest)
    const zone = reader.expression()
    const format = reader.take(',') ? compile(reader.expression(), names) : literal('%Y-%m-%d')
    reader.end()
    if (zone.kind !== 'literal' || (zone.value !== 'utc' && zone.value !== 'local')) throw new Untranslatable(`now in another time zone than utc`)
    return pipe(literal('now'), 'date', 'string', format, atom('0', 'integer'))
  }

  function add(piece: Piece, at: number): number {
    if (piece.kind === 'text') out.push(verbatim(piece.text, syntax, pieces[at + 1] !== undefined))
    else if (piece.kind === 'raw') out.push(tag('raw') + piece.text + tag('endraw'))
    else if (piece.kind === 'output') out.push(output(attempt(piece.line, () => inText(compile(parseExpression(piece.source), names))).text))
    else {
      try {
        return statement(piece, at)
      } catch (error) {
        if (!(error instanceof Untranslatable)) throw error
        stop(piece.line, `cannot translate ${error.message}`)
        // Its end must not be missed.
        if (/^\s*for\b/.test(piece.source)) return skipTo('endfor', at, 'for')
      }
    }
    return at
  }

  for (let at = 0; at < pieces.length; at++) at = add(pieces[at] as Piece, at)
  const left = open.at(-1)
  if (left) throw new JinjaError(`${left.tag} is not closed`, left.line)
  return { text: out.join(''), remarks }
}

/** The inside of a loop that neither counts nor has an `else` of its own. */
function isPlain(inside: readonly Piece[]): boolean {
  let depth = 0
  return inside.every((piece) => {
    if (piece.kind !== 'tag' && piece.kind !== 'output') return true
    const [word = ''] = piece.kind === 'tag' ? piece.source.trim().split(/\s+/) : []
    if (word === 'if' || word === 'for') depth += 1
    else if (word === 'endif' || word === 'endfor') depth -= 1
    return !/\bloop\b/.test(piece.source) && !(word === 'else' && depth === 0)
  })
}

/**
 * Text in which something would now be taken for a delimiter: a comment that parted it has gone, or the white space between it and
 * what follows.
 */
function verbatim(text: string, { variable, block }: Syntax, isFollowed: boolean): string {
  const openings = [variable[0], block[0]]
  if (openings.some((one) => text.includes(one))) return `${block[0]} raw ${block[1]}${text}${block[0]} endraw ${block[1]}`
  const last = text.slice(-1)
  const ambiguous = isFollowed && openings.some((one) => one.startsWith(last))
  return ambiguous ? `${text.slice(0, -1)}${variable[0]} ${literal(last).text} ${variable[1]}` : text
}

/** A text of one expression as one that keeps its type, and any other as a text. */
export function translateValue(source: string, syntax: Syntax, root: Names): Translation {
  try {
    const [only, ...more] = piecesOf(source.trim(), syntax)
    if (more.length > 0 || only?.kind !== 'output') return translate(source, syntax, root)
    return { text: `${syntax.variable[0]} ${compile(parseExpression(only.source), root).text} ${syntax.variable[1]}`, remarks: [] }
  } catch (error) {
    // Told as of any other text.
    if (error instanceof Untranslatable || error instanceof JinjaError) return translate(source, syntax, root)
    throw error
  }
}

