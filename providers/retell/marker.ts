/** Our markers in names that people read: ` [sw-0123456789ab]`; a vendor may put its own suffix behind. The last one counts: others came with a name. */
const pattern = /^(.*)(?:^| )\[(sw-[0-9a-f]{12})\]/s
const every = /(?:^| )\[sw-[0-9a-f]{12}\]/g

export const withMarker = (name: string, marker: string): string => `${name} [${marker}]`

export const hasMarker = (name: string | null | undefined, marker: string): boolean => splitMarker(name ?? '').marker === marker

/** A name as a template may have it: one exported from a deployment carries that one's marker, by which it would be taken for its own. */
export function unmarked(name: string, at: string, notes: string[]): string {
  const plain = name.replace(every, '').trim()
  if (plain === name.trim() || plain === '') return name
  notes.push(`${at}: the marker of another deployment was dropped`)
  return plain
}

export function splitMarker(marked: string): { name: string; marker?: string } {
  const [, name = '', marker] = pattern.exec(marked) ?? []
  return marker === undefined ? { name: marked } : { name, marker }
}

/** Where an LLM or a flow, which have no name, carries its marker: among its default dynamic variables. */
export const markerVariable = 'slipway_key'
