import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shardsOf } from '../../src/consuming/shard-assignment.ts';

const groups = fc.record({
  members: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 }),
  shards: fc.integer({ min: 1, max: 40 }),
});

test('gives every shard to exactly one member, and no member more than one above another', () => {
  fc.assert(
    fc.property(groups, ({ members, shards }) => {
      const shares = members.map((member) => shardsOf(member, members, shards));
      expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: shards }, (_, shard) => shard));
      const sizes = shares.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('computes the same whatever the order of the members', () => {
  fc.assert(
    fc.property(groups, ({ members, shards }) => {
      const [member = ''] = members;
      expect(shardsOf(member, [...members].reverse(), shards)).toEqual(shardsOf(member, members, shards));
    }),
  );
});

test('gives nothing to whoever is no member', () => {
  expect(shardsOf('stranger', ['a', 'b'], 8)).toEqual([]);
  expect(shardsOf('alone', [], 8)).toEqual([]);
});

test('leaves most shards where they are when a member comes', () => {
  const members = ['a/1', 'b/2', 'c/3', 'd/4'];
  const before = new Map(members.flatMap((member) => shardsOf(member, members, 60).map((shard) => [shard, member])));
  const more = [...members, 'e/5'];
  const after = new Map(more.flatMap((member) => shardsOf(member, more, 60).map((shard) => [shard, member])));
  const moved = [...before].filter(([shard, member]) => after.get(shard) !== member).length;
  // 12 have to move, as the newcomer's share; with the shares dealt out anew it would be 45.
  expect(moved).toBeGreaterThanOrEqual(12);
  expect(moved).toBeLessThanOrEqual(24);
});
