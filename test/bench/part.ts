import type { Product } from '../support/product.ts'

/** One line of the table: a figure of ours beside the one it is compared with. */
export interface Row {
  name: string
  /** Ours ÷ the baseline's: the median over the rounds. A row without a baseline has its own figure here. */
  ratio: number
  aim?: { least: number } | { most: number }
  /** What was measured, for people: "21.3 /s". */
  ours: string
  baseline: string
  /** Least and greatest ratio of a round. */
  spread: readonly [number, number]
  /** What keeps it from being better. */
  limit?: string
}

export interface BenchContext {
  /** How often each measurement and its baseline take turns. */
  rounds: number
  /** True: as little work as proves that the part still runs. */
  tiny: boolean
  /** The whole product as processes, sandboxes without latency; started when first asked for, one for all parts. */
  product(): Promise<Product>
  /** Done when the bench ends, last first. */
  atEnd(work: () => Promise<unknown>): void
  say(line: string): void
}

export interface Part {
  /** What `--only` calls it. */
  name: string
  title: string
  run(ctx: BenchContext): Promise<Row[]>
}

/** Whether the row is as good as it should be; undefined where nobody said. */
export const met = ({ ratio, aim }: Row): boolean | undefined => (aim === undefined ? undefined : 'least' in aim ? ratio >= aim.least : ratio <= aim.most)
