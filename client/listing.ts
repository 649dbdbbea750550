export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** A list that is read page by page: `for await` goes through all of it, `page` reads one page. */
export interface Listing<Item, One extends Page<Item> = Page<Item>> extends AsyncIterable<Item> {
  page(cursor?: string): Promise<One>
}

/** `read` reads the page at a cursor; the first without one. */
export function listing<Item, One extends Page<Item> = Page<Item>>(read: (at: { cursor?: string }) => Promise<One>): Listing<Item, One> {
  const page = (cursor?: string) => read(cursor === undefined ? {} : { cursor })
  return {
    page,
    async *[Symbol.asyncIterator]() {
      let cursor: string | null | undefined
      do {
        const one = await page(cursor ?? undefined)
        yield* one.items
        cursor = one.nextCursor
      } while (cursor !== null)
    },
  }
}
