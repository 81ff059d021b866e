import { Priority, type Health, type HealthStatus } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker } from '@tradewind/core';
import { FaultyTransport, ManualClock } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { componentsOf, createMonitoring, type ComponentHealth, type Monitored } from '../../src/index.ts';

function part(name: string, say: () => Health, ...parts: readonly Monitored[]): Monitored & { name: string } {
  return { name, health: say, ...(parts.length === 0 ? {} : { parts: () => parts as never }) };
}

const as =
  (status: HealthStatus, reason = '', sinceMs = 0) =>
  (): Health => ({ status, reason, sinceMs });

function found(health: ComponentHealth, component: string): ComponentHealth | undefined {
  for (const one of componentsOf(health)) if (one.component === component) return one;
  return undefined;
}

describe('the health of a system', () => {
  test('is a tree: every part with its own status and reason', async () => {
    await using client = new BufferedMessageBusClient({
      name: 'risk',
      plugins: [{ name: 'still', route: () => undefined }],
    });
    const transport = part('redis', as('down', 'connection refused'));
    await using monitoring = createMonitoring({ bus: client, transports: { redis: transport } });
    const health = monitoring.health();
    expect(health).toMatchObject({
      name: 'risk',
      component: 'bus',
      status: 'degraded',
      reason: 'transports: redis: connection refused',
    });
    expect(found(health, 'transports/redis')).toMatchObject({ status: 'down', reason: 'connection refused' });
    expect(found(health, 'plugins/still')).toMatchObject({ status: 'up' });
    expect(found(health, 'lanes')?.status).toBe('up');
    expect(found(health, 'workers')?.status).toBe('up');
  });

  test('says since when, also for a part that does not keep it', async () => {
    const clock = new ManualClock({ startMs: 1_000 });
    let status: HealthStatus = 'up';
    const bus = part('bus', () => ({ status, reason: status === 'up' ? '' : 'tired', sinceMs: 1_000 }));
    await using monitoring = createMonitoring({ bus, clock });
    expect(monitoring.health()).toMatchObject({ status: 'up', sinceMs: 1_000 });
    await clock.advance(5_000);
    status = 'degraded';
    expect(monitoring.health()).toMatchObject({ status: 'degraded', sinceMs: 6_000 });
    await clock.advance(5_000);
    expect(monitoring.health()).toMatchObject({ status: 'degraded', sinceMs: 6_000 });
    status = 'up';
    expect(monitoring.health()).toMatchObject({ status: 'up', sinceMs: 11_000 });
  });

  test('a part that throws is down, and the rest is asked all the same', async () => {
    const broken = part('broken', () => {
      throw new Error('no');
    });
    await using monitoring = createMonitoring({ bus: {}, plugins: [broken, part('fine', as('up'))] });
    const health = monitoring.health();
    expect(found(health, 'plugins/broken')).toMatchObject({ status: 'down', reason: 'its health cannot be asked: no' });
    expect(found(health, 'plugins/fine')).toMatchObject({ status: 'up' });
    expect(health.status).toBe('degraded');
  });

  test('a part that contains itself does not hang it', async () => {
    const endless: Monitored & { name: string } = { name: 'a', health: as('up'), parts: () => [endless as never] };
    await using monitoring = createMonitoring({ bus: endless });
    expect([...componentsOf(monitoring.health())].length).toBeLessThan(20);
  });

  test('shows a path that fails, and its recovery', async () => {
    const clock = new ManualClock();
    const transport = new FaultyTransport(new InMemoryBroker({ clock }).transport(), clock);
    const client = new BufferedMessageBusClient({ paths: { wire: transport }, clock });
    await using monitoring = createMonitoring({ bus: client, clock });
    transport.cut();
    client.publish('data.a', 1);
    await clock.advance(50);
    expect(found(monitoring.health(), 'wire')).toMatchObject({ status: 'down' });
    expect(monitoring.health().status).toBe('degraded');
    transport.restore();
    await clock.advance(60_000);
    expect(found(monitoring.health(), 'wire')).toMatchObject({ status: 'up' });
    const closing = client.close();
    await clock.advance(10_000);
    await closing;
  });

  test('tells a full lane from the others', async () => {
    await using client = new BufferedMessageBusClient({ lanes: { LOW: { capacity: 10 } } });
    await using monitoring = createMonitoring({ bus: client });
    client.pause();
    for (let at = 0; at < 10; at += 1) client.publish('data.a', at, { priority: Priority.LOW });
    expect(found(monitoring.health(), 'lanes/LOW')).toMatchObject({
      status: 'degraded',
      reason: 'the LOW lane holds 10 of 10 messages',
    });
    expect(found(monitoring.health(), 'lanes/HIGH')).toMatchObject({ status: 'up' });
    client.resume();
  });
});
