import assert from 'node:assert/strict';
import type { DeadLetter, DeadLetterQuery, DeadLetterStore } from '@tradewind/core-types';
import { settledWithin } from '../waiting.ts';
import type { TransportBench } from './bench.ts';
import { transportRule, type TransportRule } from './transport-rule.ts';

/** What becomes of messages once they were brought. */
export const SETTLEMENT_RULES: readonly TransportRule[] = [
  transportRule({
    id: 'redelivers-what-failed',
    title:
      "A message settled with a failure and 'redeliver' comes again, with a higher delivery count each time, until it is acknowledged.",
    needs: ['redelivery'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (await bench.outbox()).publish({ payload: 'again' });
      for (const count of [1, 2, 3]) {
        await bench.eventually(`attempt ${count}`, () => inbox.messages.length >= count);
        if (count < 3) inbox.settleAll({ error: new Error('failed'), next: 'redeliver' });
      }
      inbox.settleAll();
      await bench.exactly(inbox, 3, 'three attempts');
      assert.deepEqual(
        inbox.messages.map(({ deliveryCount }) => deliveryCount),
        [1, 2, 3],
      );
      assert.deepEqual(inbox.payloads, ['again', 'again', 'again']);
    },
  }),
  transportRule({
    id: 'settles-each-message-alone',
    title: 'Messages of one batch are settled one by one, in any order: only the failed one comes again.',
    needs: ['redelivery'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (
        await bench.outbox()
      ).publish({ payload: 0, orderingKey: 'a' }, { payload: 1, orderingKey: 'b' }, { payload: 2, orderingKey: 'c' });
      await bench.eventually('three messages', () => inbox.messages.length >= 3);
      for (const batch of [...inbox.batches].reverse()) {
        for (let i = batch.messages.length - 1; i >= 0; i -= 1) {
          if (batch.messages[i]?.payload === 1) batch.settle(i, { error: 'failed', next: 'redeliver' });
          else batch.settle(i);
        }
      }
      await bench.exactly(inbox, 4, 'three messages and one redelivery');
      assert.equal(inbox.messages[3]?.payload, 1);
    },
  }),
  transportRule({
    id: 'counts-the-first-settlement',
    title: 'Settling a message a second time changes nothing.',
    needs: ['redelivery'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (await bench.outbox()).publish({ payload: 'once' });
      await bench.eventually('the message', () => inbox.messages.length === 1);
      inbox.batches[0]?.settle(0);
      inbox.batches[0]?.settle(0, { error: 'too late', next: 'redeliver' });
      await bench.exactly(inbox, 1, 'no redelivery');
    },
  }),
  transportRule({
    id: 'gives-back-what-was-not-settled',
    title:
      'What a consumer of a group has not settled when it closes goes to another one, with a higher count; what it acknowledged does not.',
    needs: ['redelivery', 'groups'],
    async check(bench) {
      const first = await bench.inbox({ group: 'g' });
      await (
        await bench.outbox()
      ).publish({ payload: 'kept', orderingKey: 'a' }, { payload: 'settled', orderingKey: 'b' });
      await bench.eventually('both messages', () => first.messages.length === 2);
      for (const batch of first.batches)
        batch.messages.forEach(({ payload }, i) => payload === 'settled' && batch.settle(i));
      await settledWithin('close', first.consumer.close({ deadlineMs: 0 }), bench.withinMs);
      const second = await bench.inbox({ group: 'g' });
      await bench.exactly(second, 1, 'what was not settled');
      assert.equal(second.messages[0]?.payload, 'kept');
      assert.ok((second.messages[0]?.deliveryCount ?? 0) > 1, 'a higher delivery count');
      const { signal } = first.batches[0] ?? {};
      assert.ok(
        signal === undefined || signal.aborted,
        'the signal of a batch whose messages went to another is aborted',
      );
    },
  }),
  transportRule({
    id: 'ignores-late-settlements',
    title: 'Settling what went to another consumer has no effect.',
    needs: ['redelivery', 'groups'],
    async check(bench) {
      const first = await bench.inbox({ group: 'g' });
      await (await bench.outbox()).publish({ payload: 'late' });
      await bench.eventually('the message', () => first.messages.length === 1);
      await settledWithin('close', first.consumer.close({ deadlineMs: 0 }), bench.withinMs);
      first.settleAll();
      const second = await bench.inbox({ group: 'g' });
      await bench.exactly(second, 1, 'the message comes again');
    },
  }),
  transportRule({
    id: 'survives-a-rejecting-receiver',
    title: 'A batch whose onBatch rejects counts as not settled, and the consumer goes on.',
    needs: ['redelivery'],
    async check(bench) {
      let rejections = 0;
      const inbox = await bench.inbox(
        { group: 'g' },
        {
          settle: 'acknowledge',
          onBatch: async () => {
            rejections += 1;
            if (rejections === 1) throw new Error('no room');
          },
        },
      );
      const outbox = await bench.outbox();
      await outbox.publish({ payload: 'first' });
      await bench.eventually(
        'a second attempt',
        () => inbox.payloads.filter((payload) => payload === 'first').length >= 2,
      );
      await outbox.publish({ payload: 'second' });
      await bench.eventually('what comes after', () => inbox.payloads.includes('second'));
    },
  }),
  transportRule({
    id: 'puts-aside-with-its-cause',
    title: "A message settled with 'deadLetter' goes to the dead letters with its cause, and does not come again.",
    needs: ['deadLetters'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (
        await bench.outbox('desk-2')
      ).publish({ topic: 'events.order.1', payload: { id: 7 }, orderingKey: 'o', correlationId: 'c' });
      await bench.eventually('the message', () => inbox.messages.length === 1);
      const error = Object.assign(new Error('no such account'), { code: 'UNKNOWN_ACCOUNT' });
      inbox.batches[0]?.settle(0, { error, next: 'deadLetter', subscriptionId: 'risk', attempts: 3 });
      const letter = await firstLetter(bench);
      assert.deepEqual(
        {
          topic: letter.topic,
          payload: letter.payload,
          producer: letter.producer,
          orderingKey: letter.orderingKey,
          correlationId: letter.correlationId,
        },
        { topic: 'events.order.1', payload: { id: 7 }, producer: 'desk-2', orderingKey: 'o', correlationId: 'c' },
      );
      assert.deepEqual(
        { subscriptionId: letter.subscriptionId, attempts: letter.attempts },
        { subscriptionId: 'risk', attempts: 3 },
      );
      assert.equal(letter.cause.message, 'no such account');
      assert.equal(letter.cause.code, 'UNKNOWN_ACCOUNT');
      await bench.exactly(inbox, 1, 'it does not come again');
    },
  }),
  transportRule({
    id: 'finds-dead-letters',
    title: 'Dead letters are listed oldest first, by pattern, by id, from an id on, and at most so many.',
    needs: ['deadLetters'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (await bench.outbox()).publish({ topic: 'a.1' }, { topic: 'b.1' }, { topic: 'a.2' });
      await bench.eventually('three messages', () => inbox.messages.length === 3);
      // Topics of different keys may come in any order: they are put aside as they came.
      const arrived = inbox.messages.map(({ topic }) => topic);
      inbox.settleAll({ error: 'failed', next: 'deadLetter' });
      await firstLetter(bench, 3);
      const store = storeOf(bench);
      const topics = async (query?: DeadLetterQuery): Promise<string[]> =>
        (await lettersOf(store, query)).map(({ topic }) => topic);
      assert.deepEqual(await topics(), arrived);
      assert.deepEqual(
        await topics({ pattern: 'a.*' }),
        arrived.filter((topic) => topic !== 'b.1'),
      );
      assert.deepEqual(await topics({ limit: 2 }), arrived.slice(0, 2));
      const [first, second] = await lettersOf(store);
      assert.deepEqual(await topics({ after: first?.id }), arrived.slice(1));
      assert.deepEqual(await topics({ ids: [second?.id ?? ''] }), arrived.slice(1, 2));
    },
  }),
  transportRule({
    id: 'retries-and-purges-dead-letters',
    title:
      'A retried dead letter is published again as a new message and removed; purged ones are gone; unknown ids are reported.',
    needs: ['deadLetters'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (
        await bench.outbox()
      ).publish({ payload: 'retry me', orderingKey: 'a' }, { payload: 'purge me', orderingKey: 'b' });
      await bench.eventually('both messages', () => inbox.messages.length === 2);
      inbox.settleAll({ error: 'failed', next: 'deadLetter' });
      await firstLetter(bench, 2);
      const store = storeOf(bench);
      const letters = await lettersOf(store);
      const id = (payload: string): string => letters.find((letter) => letter.payload === payload)?.id ?? '';
      const result = await store.retry([id('retry me'), 'no such id']);
      assert.deepEqual(result, { retried: [id('retry me')], unknown: ['no such id'], failed: [] });
      await bench.eventually(
        'the message as a new one',
        () => inbox.firsts.filter((payload) => payload === 'retry me').length === 2,
      );
      assert.equal(await store.purge([id('purge me'), 'no such id']), 1);
      assert.deepEqual(await lettersOf(store), []);
    },
  }),
];

function storeOf(bench: TransportBench): DeadLetterStore {
  const store = bench.place.deadLetters;
  assert.ok(store !== undefined, 'a place with deadLetters, since the features promise them');
  return store;
}

async function lettersOf(store: DeadLetterStore, query?: DeadLetterQuery): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const letter of query === undefined ? store.list() : store.list(query)) letters.push(letter);
  return letters;
}

/** Waits until the store has so many letters; settling is not answered, so they may take a moment. */
async function firstLetter(bench: TransportBench, count = 1): Promise<DeadLetter> {
  const store = storeOf(bench);
  const deadlineMs = performance.now() + bench.withinMs;
  for (;;) {
    const letters = await lettersOf(store);
    const [first] = letters;
    if (first !== undefined && letters.length >= count) return first;
    assert.ok(
      performance.now() < deadlineMs,
      `expected ${count} dead letters within ${bench.withinMs} ms, found ${letters.length}`,
    );
    await bench.quiet();
  }
}
