import { PRIORITIES, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { OrderingKeys } from '../../src/client/delivering/ordering-keys.ts';

test('a key that is open keeps its object and its lanes, however many others come and go', () => {
  const keys = new OrderingKeys();
  const open = keys.obtain('open');
  open.open = 1;
  const pinned = keys.obtain('pinned');
  pinned.pinned = true;
  const idle = keys.obtain('idle');
  for (let i = 0; i < 70_000; i += 1) keys.obtain(`k${i}`);
  expect(keys.obtain('open')).toBe(open);
  expect(keys.obtain('pinned')).toBe(pinned);
  expect(keys.obtain('idle')).not.toBe(idle);
});

test('a key changes its lane only when it is idle', () => {
  const priority = fc.constantFrom(...PRIORITIES);
  const step = fc.oneof(fc.record({ declared: priority, wanted: priority }), fc.constant('end' as const));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const keys = new OrderingKeys();
      const key = keys.obtain('k');
      let inUse = new Map<Priority, Priority>();
      for (const action of steps) {
        if (action === 'end') {
          key.open = Math.max(0, key.open - 1);
          continue;
        }
        if (key.open === 0) inUse = new Map([[action.declared, action.wanted]]);
        else if (!inUse.has(action.declared)) inUse.set(action.declared, action.declared);
        expect(keys.laneFor(key, action.declared, action.wanted)).toBe(inUse.get(action.declared));
        key.open += 1;
      }
    }),
    { seed: 1_700_000_023 },
  );
});
