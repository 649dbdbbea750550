import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node'
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2'

export interface Tracing {
  /** For the connection to Temporal only: it spreads from there to client, worker and workflows. */
  plugin: OpenTelemetryPlugin
  stop(): Promise<void>
}

const nowhere: tracing.SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
}

/** Traces of this process, sent by OTLP where an endpoint is configured. The workflow interceptors are there either way: histories must not depend on it. */
export function startTracing({ service, version, endpoint }: { service: string; version: string; endpoint: string | undefined }): Tracing {
  const resource = resources.resourceFromAttributes({ 'service.name': service, 'service.version': version })
  if (endpoint === undefined) return { plugin: new OpenTelemetryPlugin({ resource, spanProcessor: nowhere }), stop: () => Promise.resolve() }
  const spanProcessor = new tracing.BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), { scheduledDelayMillis: 500 })
  // Metrics are scraped and logs are on stdout: without the empty lists the SDK would send its own of both.
  const sdk = new NodeSDK({ resource, spanProcessors: [spanProcessor], metricReaders: [], logRecordProcessors: [], instrumentations: [], autoDetectResources: false })
  sdk.start()
  return { plugin: new OpenTelemetryPlugin({ resource, spanProcessor }), stop: () => sdk.shutdown() }
}
