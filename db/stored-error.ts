/** What went wrong, where something did. */
export const errorOf = (row: { error_code: string | null; error_message: string | null }): { error?: { code: string; message: string } } =>
  row.error_code === null ? {} : { error: { code: row.error_code, message: row.error_message ?? '' } }
