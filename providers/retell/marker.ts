/** Our markers in names that people read: ` [sw-0123456789ab]`; a vendor may put its own suffix behind. */
const pattern = /^(.*?)(?:^| )\[(sw-[0-9a-f]{12})\]/s

export const withMarker = (name: string, marker: string): string => `${name} [${marker}]`

export const hasMarker = (name: string | null | undefined, marker: string): boolean => name?.includes(`[${marker}]`) === true

export function splitMarker(marked: string): { name: string; marker?: string } {
  const [, name = '', marker] = pattern.exec(marked) ?? []
  return marker === undefined ? { name: marked } : { name, marker }
}

/** Where an LLM or a flow, which have no name, carries its marker: among its default dynamic variables. */
export const markerVariable = 'slipway_key'
