import { types } from 'node:util'
import { isSpanContextValid, trace } from '@opentelemetry/api'
import { pino } from 'pino'
import type { DestinationStream, Logger, LoggerOptions } from 'pino'

/** Ties a line to its trace, where there is one. */
const traced = (): Record<string, string> => {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {}
}

const frame = /^ {4}at (?:[\w.$<>#[\] ]+ \()?(?:file:|node:|[A-Za-z]:\\|\/)\S*:\d+:\d+\)?$/

/** Where an error came from: the lines of its stack that are no part of its message. */
export function framesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message)
  return stack.slice(at < 0 ? 0 : at + message.length).split('\n').filter((line) => frame.test(line)).map((line) => line.trim())
}

interface Shown { type: string; message: string; code?: unknown; frames: string[]; cause?: string }

/** Of an error its message and its place. What else hangs on it (a request's headers, a driver's settings) may be a secret. */
function shown(error: unknown): Shown | string {
  if (!types.isNativeError(error)) return typeof error
  const { name, message, cause } = error
  return { type: name, message, frames: framesOf(error), ...('code' in error ? { code: error.code } : {}), ...(types.isNativeError(cause) ? { cause: cause.name } : {}) }
}

/** JSON lines on stdout. What could be a secret by its name is cut, though nobody should log it. */
export function createLog(service: string, level: string, to?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    mixin: traced,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: shown },
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['authorization', 'token', 'secrets', 'apiKey', 'password', 'accessToken', 'refreshToken', '*.authorization', '*.token', '*.secrets', '*.apiKey', '*.password', '*.accessToken', '*.refreshToken'], censor: '[redacted]' },
  }
  return to ? pino(options, to) : pino(options)
}
