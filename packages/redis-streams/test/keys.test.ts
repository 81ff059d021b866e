import { Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotOf } from '../src/connection/slot.ts';
import { Keys, shardOf } from '../src/keys.ts';

test('the shard of a key is FNV-1a, 32 bits, over its UTF-16 code units, and so the same in every language', () => {
  // Of the bytes `61 00`, `66 00 6f 00 6f 00` and `ac 20`.
  const hashes = new Map([
    ['', 0x811c9dc5],
    ['a', 0x2b24d044],
    ['€', 0x8892cc71],
  ]);
  for (const [key, hash] of hashes) expect(shardOf(key, 2 ** 32)).toBe(hash);
});

test('every key has a shard, and topics spread over all of them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 256 }), (key, shards) => {
      const shard = shardOf(key, shards);
      expect(shard).toBeGreaterThanOrEqual(0);
      expect(shard).toBeLessThan(shards);
    }),
  );
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 1_000; i += 1) {
    const shard = shardOf(`data.trades.BINANCE.SYM${i}`, 4);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) expect(count).toBeGreaterThan(150);
});

test('the keys of a shard share a slot of a Cluster', () => {
  const keys = new Keys('trader-T1:stream', 4);
  for (let shard = 0; shard < 4; shard += 1) {
    const stream = keys.stream(shard, Priority.LOW);
    const slots = [
      stream,
      keys.stream(shard, Priority.CRITICAL, 'a.b'),
      keys.producer(stream, 'p'),
      keys.lease(shard, 'g'),
      keys.partial(shard, 'g'),
      keys.topics(shard),
    ].map(slotOf);
    expect(new Set(slots).size).toBe(1);
  }
});

test.each([
  ['123456789', 12_739],
  ['foo', 12_182],
  ['{user1000}.following', 3_443],
  ['foo{}{bar}', 8_363],
  ['foo{{bar}}zap', 4_015],
])('the slot of %s is %i, as the Cluster specification has it', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});
