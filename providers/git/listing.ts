/** An entry of a tree. What is no file (a submodule) has no size. */
export interface Entry {
  path: string
  mode: string
  blob: string
  size: number
}

/** What `git ls-tree -r -z --long` prints: `100644 blob <id> <size>\t<path>`. */
export const readListing = (listed: string): Entry[] =>
  listed.split('\0').filter((line) => line !== '').map((line) => {
    const [mode = '', , blob = '', size = ''] = line.slice(0, line.indexOf('\t')).split(/ +/)
    return { path: line.slice(line.indexOf('\t') + 1), mode, blob, size: Number(size) || 0 }
  })

/** What stands in place of a file, in words; undefined for a file. */
export const standIn = ({ mode }: Pick<Entry, 'mode'>): string | undefined => ({ '120000': 'symbolic link', '160000': 'submodule' })[mode]

/** What `git cat-file --batch` prints: `<id> blob <size>\n<bytes>\n`, one after the other. Undefined for what is not there. */
export function readBatch(all: Buffer): (Buffer | undefined)[] {
  const contents: (Buffer | undefined)[] = []
  for (let at = 0; at < all.length;) {
    const start = all.indexOf('\n', at) + 1
    const [, kind, size] = all.toString('latin1', at, start).trim().split(' ')
    const end = kind === 'missing' ? start - 1 : start + Number(size)
    contents.push(kind === 'missing' ? undefined : all.subarray(start, end))
    at = end + 1
  }
  return contents
}
