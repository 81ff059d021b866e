import { describe, expect, test } from 'vitest';
import { startRedisCluster, startRedisSentinel } from '../../src/testing/index.ts';

describe('a test cluster', () => {
  test('serves all slots, moves one, and promotes a replica when a master is killed', async () => {
    const cluster = await startRedisCluster();
    try {
      expect(cluster.nodes).toHaveLength(6);
      const slot = await cluster.slotOf('{tag}');
      const first = await cluster.masterOf(slot);
      await first.command('SET', '{tag}:key', 'value');
      const other = await cluster.masterOf((slot + 8192) % 16_384);
      await cluster.migrateSlot(slot, other);
      expect((await cluster.masterOf(slot)).port).toBe(other.port);
      expect(await other.command('GET', '{tag}:key')).toBe('value');
      await other.command('WAIT', 1, 5000);
      await other.kill();
      const promoted = await untilPromoted(() => cluster.masterOf(slot), other.port);
      await cluster.whenReady();
      expect(await promoted.command('GET', '{tag}:key')).toBe('value');
    } finally {
      await cluster.stop();
    }
  });
});

describe('a test Sentinel set', () => {
  test('promotes a replica when the master is killed', async () => {
    const set = await startRedisSentinel();
    try {
      const old = await set.master();
      await old.command('SET', 'key', 'value');
      await old.command('WAIT', 2, 5000);
      await old.kill();
      const promoted = await set.whenFailedOver(old);
      expect(promoted.port).not.toBe(old.port);
      expect(await promoted.command('GET', 'key')).toBe('value');
    } finally {
      await set.stop();
    }
  });
});

async function untilPromoted<T extends { readonly port: number }>(ask: () => Promise<T>, old: number): Promise<T> {
  for (;;) {
    const node = await ask().catch(() => undefined);
    if (node !== undefined && node.port !== old) return node;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
