import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import protobuf from 'protobufjs'

/** What is read of opentelemetry.proto.collector.trace.v1: https://github.com/open-telemetry/opentelemetry-proto */
const schema = `
syntax = "proto3";
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
}
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; } }
message ArrayValue { repeated AnyValue values = 1; }
`
const request = protobuf.parse(schema).root.lookupType('ExportTraceServiceRequest')

interface AnyValue { stringValue?: string; boolValue?: boolean; intValue?: number; doubleValue?: number; arrayValue?: { values?: AnyValue[] } }
interface KeyValue { key: string; value: AnyValue }
interface WireSpan { traceId: Buffer; spanId: Buffer; parentSpanId?: Buffer; name: string; kind: number; startTimeUnixNano: string; endTimeUnixNano: string; attributes?: KeyValue[]; status?: { code?: number; message?: string } }

export interface ReceivedSpan {
  service: string
  traceId: string
  spanId: string
  /** Empty for a root. */
  parentId: string
  name: string
  /** 1 internal, 2 server, 3 client. */
  kind: number
  startNs: bigint
  endNs: bigint
  attributes: Record<string, unknown>
  status: { code?: number; message?: string }
}

export interface OtlpReceiver {
  url: string
  spans: ReceivedSpan[]
  /** Every body as it came, with the path it came to. */
  bodies: { path: string; bytes: Buffer }[]
  close(): Promise<void>
}

const plain = (value: AnyValue): unknown => (value.arrayValue ? (value.arrayValue.values ?? []).map(plain) : (value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue))
const record = (attributes: KeyValue[] = []): Record<string, unknown> => Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]))
const hex = (bytes: Buffer | undefined): string => (bytes ? Buffer.from(bytes).toString('hex') : '')

function decode(bytes: Buffer): ReceivedSpan[] {
  const { resourceSpans = [] } = request.toObject(request.decode(bytes), { longs: String, bytes: Buffer }) as { resourceSpans?: { resource?: { attributes?: KeyValue[] }; scopeSpans: { spans: WireSpan[] }[] }[] }
  return resourceSpans.flatMap(({ resource, scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map((span) => ({
    service: String(record(resource?.attributes)['service.name']),
    traceId: hex(span.traceId), spanId: hex(span.spanId), parentId: hex(span.parentSpanId), name: span.name, kind: span.kind,
    startNs: BigInt(span.startTimeUnixNano), endNs: BigInt(span.endTimeUnixNano), attributes: record(span.attributes), status: span.status ?? {},
  }))))
}

/** A collector for traces: OTLP over HTTP, protobuf. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const bodies: OtlpReceiver['bodies'] = []
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    incoming.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const path = incoming.url ?? ''
      bodies.push({ path, bytes })
      if (path === '/v1/traces') spans.push(...decode(bytes))
      answer.writeHead(path === '/v1/traces' ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    bodies,
    close: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => { resolve() })
    }),
  }
}
