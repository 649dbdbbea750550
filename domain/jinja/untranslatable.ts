/** Something of Jinja that has no counterpart here; the message says what. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable'
}

/** As it is quoted in a remark. */
export const short = (text: string): string => (text.trim().length > 60 ? `${text.trim().slice(0, 57)}…` : text.trim())
