import type { Names } from './compile.ts'
import { atom } from './liquid.ts'
import type { Code, Type } from './liquid.ts'
import { Untranslatable } from './untranslatable.ts'

/** What `loop` has, in Liquid's words. */
const loopParts: Readonly<Record<string, [string, Type]>> = {
  index: ['forloop.index', 'integer'], index0: ['forloop.index0', 'integer'], revindex: ['forloop.rindex', 'integer'], revindex0: ['forloop.rindex0', 'integer'],
  first: ['forloop.first', 'boolean'], last: ['forloop.last', 'boolean'], length: ['forloop.length', 'integer'],
}

/** Words that mean something in Liquid. */
const taken = new Set(['variables', 'forloop', 'tablerowloop', 'nil', 'null', 'true', 'false', 'empty', 'blank', 'and', 'or', 'not', 'contains', 'kb', 'resources'])

interface Scope {
  names: Map<string, Code>
  /** A `for`: what is set inside is forgotten at its end. */
  loop: boolean
  /** How many `if`s are open in it. */
  conditions: number
}

/** The names that a template gives itself, as Jinja knows them at each place. Liquid has one place for all. */
export interface Scopes {
  /** These, and those from outside. */
  names: Names
  /** A name of a loop's. */
  define(name: string, type: Type): Code
  /** What `set` sets. Throws Untranslatable where Jinja would forget it, and Liquid would not. */
  assign(name: string, type: Type): Code
  /** A name that the template does not know. */
  fresh(): Code
  enterLoop(): void
  leaveLoop(): void
  enterCondition(): void
  leaveCondition(): void
}

export function createScopes(root: Names): Scopes {
  let innermost: Scope = { names: new Map(), loop: false, conditions: 0 }
  const scopes = [innermost]
  let count = 0

  const local = (name: string): Code | undefined => scopes.findLast(({ names }) => names.has(name))?.names.get(name)
  const isLoop = (name: string): boolean => name === 'loop' && innermost.loop

  /** A name of its own in Liquid, where one is forgotten later or would mean something else. */
  const define = (name: string, type: Type): Code => {
    const code = atom(taken.has(name) || local(name) !== undefined ? `${name}__${String(++count)}` : name, type)
    innermost.names.set(name, code)
    return code
  }

  return {
    names: {
      added: root.added,
      read: (name) => {
        if (isLoop(name)) throw new Untranslatable('loop as a whole')
        return local(name) ?? root.read(name)
      },
      readPart: (name, key) => {
        if (!isLoop(name)) return local(name) ? undefined : root.readPart(name, key)
        const part = Object.hasOwn(loopParts, key) ? loopParts[key] : undefined
        if (!part) throw new Untranslatable(`loop.${key}`)
        return atom(...part)
      },
    },
    define,
    assign(name, type) {
      const outside = scopes.slice(0, -1).some(({ names }) => names.has(name))
      if (innermost.loop && (outside || innermost.conditions > 0)) throw new Untranslatable(`a set inside a loop of ${name}, which ${outside ? 'is also outside of it' : 'stands under a condition'}`)
      const before = innermost.names.get(name)
      if (!before) return define(name, type)
      const now = before.type === type ? before : { ...before, type: 'any' as const }
      innermost.names.set(name, now)
      return now
    },
    fresh: () => atom(`item__${String(++count)}`, 'any'),
    enterLoop() {
      innermost = { names: new Map(), loop: true, conditions: 0 }
      scopes.push(innermost)
    },
    leaveLoop() {
      scopes.pop()
      innermost = scopes.at(-1) ?? innermost
    },
    enterCondition() { innermost.conditions += 1 },
    leaveCondition() { innermost.conditions -= 1 },
  }
}
