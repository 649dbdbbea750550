/** PostgREST is in the registry for Linux on x64 alone. There its tests must run, installed or not; elsewhere they are listed as skipped. */
export const hasPostgrest = process.platform === 'linux' && process.arch === 'x64'
