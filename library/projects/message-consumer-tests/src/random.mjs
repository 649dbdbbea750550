/** mulberry32: the same seed gives the same numbers everywhere. */
export function createRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return { chance: (probability) => next() < probability, below: (count) => Math.floor(next() * count), pick: (list) => list[Math.floor(next() * list.length)] }
}
