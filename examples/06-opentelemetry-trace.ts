// How do I follow a message with OpenTelemetry, across the bus?
import { channel, tracingChannel } from 'node:diagnostics_channel';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, type Span } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BufferedMessageBusClient } from '@tradewind/core';
import {
  DIAGNOSTIC_CHANNELS,
  TRACEPARENT_HEADER,
  formatTraceparent,
  parseTraceparent,
  type HandleDiagnostic,
  type PublishDiagnostic,
} from '@tradewind/core-types';

const exporter = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('desk');

// A span for each publish; its identity travels in the headers of the message.
channel(DIAGNOSTIC_CHANNELS.publish).subscribe((data) => {
  const message = data as PublishDiagnostic;
  const span = tracer.startSpan(`publish ${message.topic}`, { kind: SpanKind.PRODUCER }, ROOT_CONTEXT);
  const { traceId, spanId, traceFlags } = span.spanContext();
  message.headers[TRACEPARENT_HEADER] = formatTraceparent({
    traceId,
    parentId: spanId,
    sampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
  });
  span.end();
});

// A span around each handler, as the child of the one that published.
const running = new WeakMap<object, Span>();
const finish = (data: HandleDiagnostic): void => {
  const span = running.get(data);
  if (data.error !== undefined) span?.setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
};
tracingChannel<HandleDiagnostic>(DIAGNOSTIC_CHANNELS.handle).subscribe({
  start(data) {
    const { meta } = data;
    const parent = parseTraceparent(meta.headers?.[TRACEPARENT_HEADER]);
    const remote = {
      traceId: parent.traceId,
      spanId: parent.parentId,
      traceFlags: Number(parent.sampled),
      isRemote: true,
    };
    running.set(
      data,
      tracer.startSpan(`handle ${meta.topic}`, { kind: SpanKind.CONSUMER }, trace.setSpanContext(ROOT_CONTEXT, remote)),
    );
  },
  end: (data) => {
    if (!data.pending) finish(data);
  },
  asyncStart: () => undefined,
  asyncEnd: finish,
  error: () => undefined,
});

const client = new BufferedMessageBusClient();
client.subscribe('data.trades.*', (price: string) => console.log(`handled ${price}`));
client.publish('data.trades.BITSTAMP.BTCUSD', '64250.10');
await client.close();

const [published, handled] = exporter.getFinishedSpans();
console.log(`${published?.name} -> ${handled?.name}`);
console.log(`same trace: ${published?.spanContext().traceId === handled?.spanContext().traceId}`);
console.log(`parent is the publisher: ${handled?.parentSpanContext?.spanId === published?.spanContext().spanId}`);
