import { isSpanContextValid, trace } from '@opentelemetry/api'
import { pino } from 'pino'
import type { Logger } from 'pino'

/** Ties a line to its trace, where there is one. */
const traced = (): Record<string, string> => {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {}
}

/** JSON lines on stdout. What could be a secret by its name is cut, though nobody should log it. */
export const createLog = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    mixin: traced,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['authorization', 'token', 'secrets', 'apiKey', '*.authorization', '*.token', '*.secrets', '*.apiKey'], censor: '[redacted]' },
  })
