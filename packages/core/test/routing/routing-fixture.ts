import {
  Priority,
  type LogFields,
  type Logger,
  type MetricLabels,
  type MetricsSink,
  type Part,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { collectAll } from '../collect-all.ts';
import { PluginChain, type PluginChainOptions } from '../../src/routing/plugin-chain.ts';
import type { RoutingInput } from '../../src/routing/routing-message.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

export interface RecordedLine extends LogFields {
  readonly level: string;
  readonly message: string;
}

/** A logger that keeps its lines. */
export function recordingLogger(): Logger & { readonly lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => {
    lines.push({ ...fields, level, message });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What a part and its parts give for one scrape, as `name{label="value"}` and number; of a histogram the number of observations. */
export function scrape(part: Partial<Part>): Map<string, number> {
  const values = new Map<string, number>();
  collectAll(part, intoMap(values));
  return values;
}

function intoMap(values: Map<string, number>): MetricsSink {
  return {
    describe: () => undefined,
    counter: (name, value, labels) => values.set(key(name, labels), value),
    gauge: (name, value, labels) => values.set(key(name, labels), value),
    histogram: (name, view, labels) =>
      values.set(
        key(name, labels),
        Array.from(view.counts).reduce((sum, count) => sum + count, 0),
      ),
  };
}

function key(name: string, labels: MetricLabels = {}): string {
  return `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .join(',')}}`;
}

let sequence = 0;

export function input(overrides: Partial<RoutingInput> = {}): RoutingInput {
  sequence += 1;
  return {
    topic: 'data.quotes.OKX.BTCUSDT',
    payload: { bid: 1 },
    sequence,
    declaredPriority: Priority.NORMAL,
    publishedAtMs: 1_000,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    demotable: false,
    ...overrides,
  };
}

export function chainOf(plugins: readonly RoutingPlugin[], options: Partial<PluginChainOptions> = {}) {
  const clock = new ManualClock({ startMs: 1_000 });
  const logger = recordingLogger();
  const chain = new PluginChain({ plugins, paths: ['main', 'backup'], clock, logger, traceEvery: 1, ...options });
  return { chain, clock, logger };
}
