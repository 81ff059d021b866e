import type { ReceivedMessage } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf, batchOfSome, type EntryBatch } from '../../src/consuming/entry-batch.ts';
import { OpenEntry, type EntryOwner } from '../../src/consuming/open-entry.ts';

function message(sequence: number): ReceivedMessage {
  return { topic: 't', payload: sequence, priority: 2, producer: 'p', sequence, publishedAtMs: 0, deliveryCount: 1 };
}

class Owner implements EntryOwner {
  completions = 0;
  failures: number[] = [];
  completed(): void {
    this.completions += 1;
  }
  progressed(): void {
    return;
  }
  givenBack(): void {
    return;
  }
  failed(_: OpenEntry, index: number): void {
    this.failures.push(index);
  }
}

function entryOf(size: number, deliveries = 1, note?: Uint8Array): { entry: OpenEntry; owner: Owner } {
  const owner = new Owner();
  const messages = Array.from({ length: size }, (_, i) => message(i));
  return { entry: new OpenEntry({ id: '1-0', owner, priority: 2, messages, deliveries, nowMs: 0, note }), owner };
}

test('counts each message as often as it was handed out, over any order of redeliveries, settlements and owners', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('again' as const), which: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1 }) }),
      fc.record({ kind: fc.constant('settle' as const), which: fc.nat({ max: 7 }) }),
      fc.record({ kind: fc.constant('heir' as const) }),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (taken) => {
      let { entry } = entryOf(8);
      const counts = Array.from({ length: 8 }, () => 1);
      for (const step of taken) {
        if (step.kind === 'settle') entry.settle(step.which);
        else if (step.kind === 'again') {
          const open = step.which.filter((index) => entry.isOpen(index));
          if (open.length === 0) continue;
          entry.countRedelivery(open);
          for (const index of open) counts[index] = (counts[index] ?? 0) + 1;
        } else if (entry.open > 0) {
          // Whoever takes it over counts one more delivery of the entry, and has the note.
          entry = entryOf(8, entry.deliveries + 1, entry.state.slice()).entry;
          for (let i = 0; i < 8; i += 1) if (entry.isOpen(i)) counts[i] = (counts[i] ?? 0) + 1;
        }
        for (let i = 0; i < 8; i += 1) if (entry.isOpen(i)) expect(entry.deliveriesOf(i)).toBe(counts[i]);
      }
    }),
  );
});

test('is complete once, with its last message', () => {
  const { entry, owner } = entryOf(3);
  for (const index of [2, 0, 0, 2, 1, 1]) entry.settle(index);
  expect(owner.completions).toBe(1);
});

test('hands out the very messages the first time, and copies with a higher count after that', () => {
  const { entry } = entryOf(2);
  const first = batchOf(entry);
  expect(first?.messages).toBe(entry.messages);
  entry.settle(0);
  entry.countRedelivery([1]);
  const again = batchOfSome(entry, [1]);
  expect(again.messages).toEqual([{ ...message(1), deliveryCount: 2 }]);
  expect(entry.messages[1]?.deliveryCount).toBe(1);
  again.settle(0);
  expect(entry.open).toBe(0);
  expect(batchOf(entry)).toBeUndefined();
});

test('takes the first settlement of a message through a batch, and none after a revocation', () => {
  const { entry, owner } = entryOf(2);
  const batch = batchOf(entry) as EntryBatch;
  batch.settle(0, { error: 'no', next: 'redeliver' });
  batch.settle(0);
  expect(owner.failures).toEqual([0]);
  expect(entry.isOpen(0)).toBe(true);
  entry.revoke();
  expect(batch.signal.aborted).toBe(true);
  batch.settle(1);
  expect(entry.isOpen(1)).toBe(true);
  expect(() => batch.settle(2)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});
