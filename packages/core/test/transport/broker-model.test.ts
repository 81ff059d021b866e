import { PRIORITIES, type IncomingBatch } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf, brokerOf } from './transport-fixture.ts';

/** What the consumers of one group hold, and what the group has acknowledged. */
interface GroupModel {
  readonly acknowledged: number[];
  /** Payloads that are unsettled, by key, and with whom. */
  readonly holders: Map<string, string>;
}

const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      key: fc.nat(4),
      lane: fc.constantFrom(...PRIORITIES),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('join' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(150) }) },
);

interface Open {
  readonly batch: IncomingBatch;
  readonly index: number;
  readonly key: string;
  readonly payload: number;
  readonly consumer: string;
}

test('whatever happens to the consumers of a group: nothing is lost, nothing doubled, a key has one holder, and first deliveries keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
      const { broker, clock, transport } = brokerOf({ maxUnsettled: 4, maxDeliveries: 1_000 });
      const model: GroupModel = { acknowledged: [], holders: new Map() };
      const open: Open[] = [];
      const lastFirst = new Map<string, number>();
      const consumers: { name: string; close: () => Promise<void> }[] = [];
      let published = 0;
      let joined = 0;

      const take = (consumer: string, batch: IncomingBatch): void => {
        for (const [index, { payload, orderingKey = '', deliveryCount, priority }] of batch.messages.entries()) {
          const holder = model.holders.get(orderingKey);
          expect(holder === undefined || holder === consumer || !open.some(({ key }) => key === orderingKey)).toBe(
            true,
          );
          model.holders.set(orderingKey, consumer);
          open.push({ batch, index, key: orderingKey, payload: payload as number, consumer });
          if (deliveryCount > 1) continue;
          const lane = `${orderingKey} ${priority}`;
          expect(payload).toBeGreaterThan(lastFirst.get(lane) ?? -1);
          lastFirst.set(lane, payload as number);
        }
      };
      const join = async (): Promise<void> => {
        const name = `c${(joined += 1)}`;
        const consumer = await transport.consume(
          { group: 'g', consumer: name, patterns: ['*'], from: 'now' },
          { onBatch: async (batch) => take(name, batch) },
        );
        consumers.push({
          name,
          close: async () => {
            await consumer.close({ deadlineMs: 0 });
            for (const left of open.filter((held) => held.consumer === name)) open.splice(open.indexOf(left), 1);
          },
        });
      };
      const settle = (which: Open | undefined, fails: boolean): void => {
        if (which === undefined) return;
        open.splice(open.indexOf(which), 1);
        which.batch.settle(which.index, fails ? { error: new Error('again'), next: 'redeliver' } : undefined);
        if (!fails) model.acknowledged.push(which.payload);
      };

      await join();
      for (const step of commands) {
        if (step.kind === 'publish') {
          await transport.publish(batchOf({ payload: published, orderingKey: `k${step.key}`, priority: step.lane }));
          published += 1;
        } else if (step.kind === 'settle') settle(open[step.pick % Math.max(1, open.length)], step.fails);
        else if (step.kind === 'join') await join();
        else if (step.kind === 'leave')
          await consumers.splice(step.pick % Math.max(1, consumers.length), 1)[0]?.close();
        else await clock.advance(step.ms);
        await clock.settle();
      }
      if (consumers.length === 0) await join();
      for (let round = 0; model.acknowledged.length < published && round < 1_000; round += 1) {
        while (open.length > 0) settle(open[0], false);
        await clock.advance(100);
      }
      expect(model.acknowledged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: published }, (_, i) => i));
      const letters: unknown[] = [];
      for await (const letter of broker.deadLetters.list()) letters.push(letter);
      expect(letters).toEqual([]);
    }),
    { numRuns: 150, seed: 1_700_000_015 },
  );
});
