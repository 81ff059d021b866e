import { Counter, Registry, type OpenMetricsContentType } from 'prom-client';
import { MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createMonitoring } from '../../src/index.ts';
import { samples } from '../support/sources.ts';
import { Recorder } from '../support/recorder.ts';

describe('a prom-client registry', () => {
  test('has two buses and the metrics of its user side by side', async () => {
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(3);
    const a = new MessageBus();
    const b = new MessageBus();
    await using first = createMonitoring({ bus: a, name: 'a', registry });
    await using second = createMonitoring({ bus: b, name: 'b', registry });
    await first.scrape();
    await second.scrape();
    a.publish('x', 1);
    b.publish('x', 1);
    b.publish('x', 1);
    const found = samples(await registry.metrics());
    expect(found.get('orders_total')).toBe(3);
    expect(found.get('tradewind_bus_published_total{bus="a"}')).toBe(1);
    expect(found.get('tradewind_bus_published_total{bus="b"}')).toBe(2);
  });

  test('loses the metrics of a monitoring that ended, and those alone', async () => {
    const registry = new Registry();
    const first = createMonitoring({ bus: new MessageBus(), name: 'a', registry });
    await using second = createMonitoring({ bus: new MessageBus(), name: 'b', registry });
    await first.scrape();
    await second.scrape();
    await first[Symbol.asyncDispose]();
    const text = await registry.metrics();
    expect(text).not.toContain('bus="a"');
    expect(text).toContain('tradewind_bus_published_total{bus="b"} 0');
    await second[Symbol.asyncDispose]();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  test('that writes OpenMetrics has counters with their _total once', async () => {
    const registry: Registry<OpenMetricsContentType> = new Registry();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    await using monitoring = createMonitoring({ bus: new MessageBus(), registry: registry as unknown as Registry });
    await monitoring.scrape();
    await registry.metrics();
    const text = await registry.metrics();
    expect(text).toContain('# TYPE tradewind_bus_published counter');
    expect(text).toContain('tradewind_bus_published_total{bus="bus"} 0');
    expect(text).not.toContain('_total_total');
  });

  test('that has the name from somebody else keeps it, and the log says so', async () => {
    const registry = new Registry();
    new Counter({ name: 'tradewind_bus_published_total', help: 'Mine.', registers: [registry] }).inc(9);
    const logger = new Recorder();
    await using monitoring = createMonitoring({ bus: new MessageBus(), registry, logger });
    await monitoring.scrape();
    await monitoring.scrape();
    expect(await registry.metrics()).toContain('tradewind_bus_published_total 9');
    expect(logger.lines).toEqual([
      expect.objectContaining({ event: 'monitoring.source-failed', source: 'METRIC_TAKEN' }),
    ]);
  });
});
