import assert from 'node:assert/strict';
import { settledWithin } from '../waiting.ts';
import { transportRule, type TransportRule } from './transport-rule.ts';

/** How consumers share. */
export const GROUP_RULES: readonly TransportRule[] = [
  transportRule({
    id: 'shares-within-a-group',
    title:
      'Each message goes to exactly one consumer of a group, all of them take part, and every group gets everything.',
    needs: ['groups'],
    async check(bench) {
      const outbox = await bench.outbox();
      const members = [
        await bench.inbox({ group: 'g' }, { settle: 'acknowledge' }),
        await bench.inbox({ group: 'g' }, { settle: 'acknowledge' }),
      ];
      const other = await bench.inbox({ group: 'h' }, { settle: 'acknowledge' });
      for (let i = 0; i < 60; i += 1) await outbox.publish({ payload: i, orderingKey: `k${i}` });
      await bench.exactly(other, 60, 'the other group gets everything');
      const shared = members.flatMap(({ payloads }) => payloads).map(Number);
      assert.deepEqual(
        shared.sort((a, b) => a - b),
        Array.from({ length: 60 }, (_, i) => i),
        'each message once within the group',
      );
      for (const { messages } of members) assert.ok(messages.length > 0, 'every member takes part');
    },
  }),
  transportRule({
    id: 'keeps-the-position-of-a-group',
    title: 'What is published while a group has no consumer comes to its next one.',
    needs: ['groups'],
    async check(bench) {
      const outbox = await bench.outbox();
      const first = await bench.inbox({ group: 'g' }, { settle: 'acknowledge' });
      await outbox.publish({ payload: 'one' });
      await bench.eventually('the first message', () => first.messages.length === 1);
      await settledWithin('close', first.consumer.close(), bench.withinMs);
      await outbox.publish({ payload: 'two' });
      const second = await bench.inbox({ group: 'g', from: 'now' }, { settle: 'acknowledge' });
      await outbox.publish({ payload: 'three' });
      await bench.exactly(second, 2, 'what the group has not had');
      assert.deepEqual(second.payloads, ['two', 'three']);
    },
  }),
  transportRule({
    id: 'keeps-a-key-with-one-consumer',
    title:
      'While a message of an ordering key is unsettled with one consumer of a group, no other gets one of that key.',
    needs: ['groups', 'orderPerKey'],
    async check(bench) {
      const outbox = await bench.outbox();
      const members = [await bench.inbox({ group: 'g' }), await bench.inbox({ group: 'g' })];
      const count = (): number => members.reduce((sum, { messages }) => sum + messages.length, 0);
      await outbox.publish({ orderingKey: 'held', payload: 0 });
      await bench.eventually('the first of the key', () => count() === 1);
      for (let i = 1; i <= 10; i += 1)
        await outbox.publish({ orderingKey: 'held', payload: i }, { orderingKey: `free ${i}`, payload: -i });
      await bench.eventually(
        'messages of other keys',
        () => members.flatMap(({ payloads }) => payloads).filter((payload) => Number(payload) < 0).length === 10,
      );
      await bench.quiet();
      const holders = members.filter(({ messages }) => messages.some(({ orderingKey }) => orderingKey === 'held'));
      assert.equal(holders.length, 1, 'consumers with messages of the held key');
    },
  }),
  transportRule({
    id: 'keeps-order-through-redelivery',
    title: 'What comes back goes out before messages of its key that have not been brought.',
    needs: ['groups', 'orderPerKey', 'redelivery'],
    async check(bench) {
      const outbox = await bench.outbox();
      const first = await bench.inbox({ group: 'g' }, { onBatch: () => new Promise(() => undefined) });
      await outbox.publish({ orderingKey: 'k', payload: 1 });
      await bench.eventually('the first message', () => first.messages.length === 1);
      await outbox.publish({ orderingKey: 'k', payload: 2 }, { orderingKey: 'k', payload: 3 });
      await settledWithin('close', first.consumer.close({ deadlineMs: 0 }), bench.withinMs);
      const second = await bench.inbox({ group: 'g' }, { settle: 'acknowledge' });
      await bench.exactly(second, 3, 'all three messages');
      assert.deepEqual(second.payloads, [1, 2, 3]);
    },
  }),
  transportRule({
    id: 'serves-the-last-set-of-patterns',
    title:
      'The set of patterns of a group is the last one registered: a consumer with another one gets nothing while it differs.',
    needs: ['groups'],
    async check(bench) {
      const outbox = await bench.outbox();
      const old = await bench.inbox({ group: 'g', patterns: ['a', 'b'] }, { settle: 'acknowledge' });
      const current = await bench.inbox({ group: 'g', patterns: ['a'] }, { settle: 'acknowledge' });
      for (let i = 0; i < 20; i += 1) await outbox.publish({ topic: 'a', orderingKey: `k${i}`, payload: i });
      await bench.exactly(current, 20, 'everything goes to the consumer with the set of the group');
      assert.deepEqual(old.payloads, []);
      await settledWithin('setPatterns', old.consumer.setPatterns(['a']), bench.withinMs);
      for (let i = 0; i < 60; i += 1) await outbox.publish({ topic: 'a', orderingKey: `k${i}`, payload: i });
      await bench.eventually('both take part when they agree', () => old.messages.length > 0);
    },
  }),
];
