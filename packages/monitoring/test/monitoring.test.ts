import { BufferedMessageBusClient, MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createMonitoring } from '../src/index.ts';
import { scraped } from './support/sources.ts';

describe('a monitoring', () => {
  test('shows what a synchronous bus counts', async () => {
    const bus = new MessageBus();
    bus.subscribe('data.*', () => undefined);
    bus.publish('data.a', 1);
    await using monitoring = createMonitoring({ bus, name: 'main' });
    expect(await scraped(monitoring)).toContain('tradewind_bus_published_total{bus="main"} 1\n');
  });

  test('shows what a client and its parts count, each part with its place', async () => {
    await using client = new BufferedMessageBusClient({
      name: 'risk',
      plugins: [{ name: 'still', route: () => undefined }],
    });
    client.subscribe('data.*', () => undefined);
    client.publish('data.a', 1);
    await client.flush();
    await using monitoring = createMonitoring({ bus: client });
    const text = await scraped(monitoring);
    expect(text).toContain('tradewind_deliveries_handled_total{bus="risk",lane="NORMAL",direction="local"} 1\n');
    expect(text).toContain('tradewind_plugin_drops_total{bus="risk",part="plugins/still",plugin="still"} 0\n');
    expect(text).toContain('tradewind_health_status{bus="risk",component="bus"} 1\n');
  });
});
