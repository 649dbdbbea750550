/** Works on what belongs together in its order, and on the rest at once, `width` at most. */
export async function inLanes<T>(items: readonly T[], laneOf: (item: T) => string, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const lanes = [...Map.groupBy(items, laneOf).values()]
  const walk = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane; lane = lanes.shift()) for (const item of lane) await work(item)
  }
  await Promise.all(Array.from({ length: width }, walk))
}
