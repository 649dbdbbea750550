/** Over all leaves of one artifact. The engine's own limits hold for one leaf each, and do not count what it puts out. */
const total = { renderMs: 5_000, characters: 32 * 1024 * 1024 }

/** Adds what a rendering cost to the artifact's account. Throws where that is spent. */
export function createBudget(): <T>(work: () => T) => T {
  const spent = { renderMs: 0, characters: 0 }
  return (work) => {
    if (spent.renderMs > total.renderMs) throw new Error('the template takes too long to render')
    const began = Date.now()
    try {
      const value = work()
      if (typeof value === 'string') spent.characters += value.length
      if (spent.characters > total.characters) throw new Error('the template grows beyond 32 MiB')
      return value
    } finally {
      spent.renderMs += Date.now() - began
    }
  }
}
