import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'
import type { Header } from 'tar-stream'

/** The entries of a tar: name and text, and the header beside them. */
export async function entriesOf(bytes: Uint8Array): Promise<{ name: string; text: string; bytes: Buffer; header: Header }[]> {
  const found: { name: string; text: string; bytes: Buffer; header: Header }[] = []
  for await (const entry of Readable.from([Buffer.from(bytes)]).pipe(extract())) {
    const content = await buffer(entry)
    found.push({ name: entry.header.name, text: content.toString(), bytes: content, header: entry.header })
  }
  return found
}

export const filesOf = async (bytes: Uint8Array): Promise<Record<string, string>> => Object.fromEntries((await entriesOf(bytes)).map(({ name, text }) => [name, text]))

type Entry = string | Buffer | (Partial<Header> & { content?: string })

/** A tar of these entries; a header may say that one is a link, or anything else. */
export async function tarOf(entries: Record<string, Entry> | [string, Entry][]): Promise<Buffer> {
  const archive = pack()
  for (const [name, entry] of Array.isArray(entries) ? entries : Object.entries(entries)) {
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) archive.entry({ name }, entry)
    else archive.entry({ name, ...entry }, entry.content ?? '')
  }
  archive.finalize()
  return buffer(archive)
}
