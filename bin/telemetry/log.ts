import { pino } from 'pino'
import type { Logger } from 'pino'

/** JSON lines on stdout. What could be a secret by its name is cut, though nobody should log it. */
export const createLog = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['authorization', 'token', 'secrets', 'apiKey', '*.authorization', '*.token', '*.secrets', '*.apiKey'], censor: '[redacted]' },
  })
