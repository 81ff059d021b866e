import assert from 'node:assert/strict';
import { PRIORITIES, Priority, patternMatches, type TransportError } from '@tradewind/core-types';
import { PATTERN_SAMPLES } from '../samples/patterns.ts';
import { settledWithin } from '../waiting.ts';
import { transportRule, type TransportRule } from './transport-rule.ts';

/** What is brought to whom, and how. */
export const DELIVERY_RULES: readonly TransportRule[] = [
  transportRule({
    id: 'states-capabilities',
    title: 'It has a name and states the capabilities that it was declared with.',
    async check(bench, { features }) {
      const transport = await bench.connect();
      assert.ok(typeof transport.name === 'string' && transport.name !== '', 'a name');
      assert.deepEqual({ ...transport.capabilities }, { ...features });
      assert.ok(transport.capabilities.deduplicationMs >= 0, 'deduplicationMs of at least 0');
    },
  }),
  transportRule({
    id: 'brings-the-whole-envelope',
    title: 'A message arrives with everything that was published, and a delivery count of 1.',
    async check(bench) {
      const inbox = await bench.inbox();
      const outbox = await bench.outbox('desk-1');
      const message = {
        topic: 'data.quotes.BINANCE.BTCUSDT',
        payload: { bid: '64250.10', sizes: [1, 2], nothing: null },
        priority: Priority.HIGH,
        producer: 'desk-1',
        sequence: 4_711,
        publishedAtMs: 1_700_000_000_000.25,
        orderingKey: 'BTCUSDT',
        correlationId: 'c-1',
        expiresAtMs: 4_000_000_000_000,
        headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      };
      await outbox.publish(message);
      await bench.exactly(inbox, 1, 'the message');
      const [received] = inbox.messages;
      assert.deepEqual({ ...received }, { ...message, deliveryCount: 1 });
    },
  }),
  transportRule({
    id: 'leaves-out-what-is-absent',
    title: 'Optional members that were not given are undefined on arrival.',
    async check(bench) {
      const inbox = await bench.inbox();
      await (await bench.outbox()).publish({ payload: 1 });
      await bench.exactly(inbox, 1, 'the message');
      const [received] = inbox.messages;
      for (const member of ['orderingKey', 'correlationId', 'expiresAtMs', 'headers'] as const)
        assert.equal(received?.[member], undefined, member);
    },
  }),
  transportRule({
    id: 'chooses-by-pattern',
    title:
      'A consumer gets what its patterns match, once each, and nothing else: *, ? and + mean what the vocabulary says.',
    async check(bench) {
      const topics = [...new Set(PATTERN_SAMPLES.flatMap(({ matches, others }) => [...matches, ...others]))];
      const outbox = await bench.outbox();
      const inboxes = await Promise.all(
        PATTERN_SAMPLES.map(({ pattern }) => bench.inbox({ patterns: [pattern] }, { settle: 'acknowledge' })),
      );
      const both = await bench.inbox({ patterns: ['data.*', 'data.quotes.+', '*'] }, { settle: 'acknowledge' });
      await outbox.publish(...topics.map((topic) => ({ topic, payload: topic })));
      await bench.exactly(both, topics.length, 'overlapping patterns bring a message once');
      for (const [i, { pattern }] of PATTERN_SAMPLES.entries()) {
        const wanted = topics.filter((topic) => patternMatches(pattern, topic));
        assert.deepEqual(
          [...(inboxes[i]?.payloads ?? [])].map(String).sort(byText),
          wanted.sort(byText),
          `pattern ${pattern}`,
        );
      }
    },
  }),
  transportRule({
    id: 'keeps-lanes-apart',
    title: 'A batch holds at least one message, and messages of one lane only; all lanes arrive.',
    async check(bench) {
      const inbox = await bench.inbox({}, { settle: 'acknowledge' });
      const outbox = await bench.outbox();
      for (const priority of PRIORITIES)
        await outbox.publish({ priority, payload: `a${priority}` }, { priority, payload: `b${priority}` });
      await bench.exactly(inbox, 8, 'two messages of each lane');
      for (const batch of inbox.batches) {
        assert.ok(batch.messages.length > 0, 'a batch that is not empty');
        for (const message of batch.messages) assert.equal(message.priority, batch.priority, 'the lane of the batch');
      }
      for (const priority of PRIORITIES)
        assert.equal(inbox.messages.filter((message) => message.priority === priority).length, 2, `lane ${priority}`);
    },
  }),
  transportRule({
    id: 'keeps-order-per-key',
    title: 'Messages of one ordering key and priority arrive in publish order, whatever comes between them.',
    needs: ['orderPerKey'],
    async check(bench) {
      const inbox = await bench.inbox({}, { settle: 'acknowledge' });
      const outbox = await bench.outbox();
      for (let batch = 0; batch < 20; batch += 1) {
        await outbox.publish(
          ...Array.from({ length: 10 }, (_, i) => ({ orderingKey: `k${i % 3}`, payload: batch * 10 + i })),
        );
      }
      await bench.exactly(inbox, 200, 'all messages');
      for (const key of ['k0', 'k1', 'k2']) {
        const payloads = inbox.messages
          .filter(({ orderingKey }) => orderingKey === key)
          .map(({ payload }) => Number(payload));
        assert.deepEqual(payloads, [...payloads].sort(byNumber), `order of ${key}`);
      }
    },
  }),
  transportRule({
    id: 'keeps-order-of-batches-in-flight',
    title: 'Batches of one priority that are published without waiting for each other keep their order.',
    needs: ['orderPerKey'],
    async check(bench) {
      const inbox = await bench.inbox({}, { settle: 'acknowledge' });
      const outbox = await bench.outbox();
      await Promise.all(Array.from({ length: 20 }, (_, i) => outbox.publishNumbers(i * 5, 5)));
      await bench.exactly(inbox, 100, 'all messages');
      assert.deepEqual(
        inbox.payloads,
        Array.from({ length: 100 }, (_, i) => i),
      );
    },
  }),
  transportRule({
    id: 'keeps-order-after-a-failure',
    title:
      'After a retryable failure later batches of that priority are rejected and not stored until the failed one is offered again; other lanes go on.',
    needs: ['orderPerKey', 'deduplicationMs'],
    needsFailures: true,
    async check(bench) {
      const inbox = await bench.inbox({}, { settle: 'acknowledge' });
      const outbox = await bench.outbox();
      const batches = [1, 2, 3].map((payload) => outbox.batch({ payload }));
      await bench.place.failNextPublish?.(outbox.transport);
      const results = await Promise.allSettled(batches.map((batch) => outbox.offer(batch)));
      for (const result of results) {
        assert.equal(result.status, 'rejected', 'the failed batch and those behind it');
        const { retryable, mayHaveBeenStored } = result.reason as TransportError;
        assert.deepEqual({ retryable, mayHaveBeenStored }, { retryable: true, mayHaveBeenStored: false });
      }
      await outbox.publish({ payload: 'critical', priority: Priority.CRITICAL });
      for (const batch of batches) await outbox.offer(batch);
      await bench.exactly(inbox, 4, 'each message once');
      assert.deepEqual(
        inbox.payloads.filter((payload) => payload !== 'critical'),
        [1, 2, 3],
      );
    },
  }),
  transportRule({
    id: 'brings-everything-to-everybody',
    title: 'Consumers without a group each get every message, their own publisher included.',
    async check(bench) {
      const outbox = await bench.outbox();
      const inboxes = [await bench.inbox(), await bench.inbox()];
      await outbox.publishNumbers(0, 30);
      for (const inbox of inboxes) {
        await bench.exactly(inbox, 30, 'everything');
        assert.deepEqual(
          [...inbox.payloads].sort(byNumber),
          Array.from({ length: 30 }, (_, i) => i),
        );
      }
    },
  }),
  transportRule({
    id: 'starts-from-now',
    title: "A consumer from 'now' gets nothing that was published before.",
    async check(bench) {
      const outbox = await bench.outbox();
      await outbox.publish({ payload: 'before' });
      const inbox = await bench.inbox({ from: 'now' });
      await outbox.publish({ payload: 'after' });
      await bench.exactly(inbox, 1, 'what came after');
      assert.deepEqual(inbox.payloads, ['after']);
    },
  }),
  transportRule({
    id: 'starts-from-oldest',
    title: "A consumer from 'oldest' begins with what is kept.",
    async check(bench) {
      const outbox = await bench.outbox();
      await outbox.publish({ payload: 'one' }, { payload: 'two' });
      const inbox = await bench.inbox({ from: 'oldest' });
      await outbox.publish({ payload: 'three' });
      await bench.exactly(inbox, 3, 'what is kept and what comes');
      assert.deepEqual(inbox.payloads, ['one', 'two', 'three']);
    },
  }),
  transportRule({
    id: 'waits-for-the-receiver',
    title: 'Until onBatch resolves no further batch of that lane is brought, and other lanes go on.',
    async check(bench) {
      const release: (() => void)[] = [];
      const inbox = await bench.inbox(
        {},
        {
          onBatch: (batch) =>
            batch.priority === Priority.LOW ? new Promise((resolve) => release.push(resolve)) : Promise.resolve(),
        },
      );
      const outbox = await bench.outbox();
      await outbox.publish({ priority: Priority.LOW, payload: 'low 1' });
      await bench.eventually('the first batch', () => inbox.batches.length === 1);
      await outbox.publish({ priority: Priority.LOW, payload: 'low 2' });
      await outbox.publish({ priority: Priority.CRITICAL, payload: 'critical' });
      await bench.eventually('the critical message', () => inbox.payloads.includes('critical'));
      await bench.quiet();
      assert.ok(!inbox.payloads.includes('low 2'), 'no second batch of the lane that waits');
      release.shift()?.();
      await bench.eventually('the second batch', () => inbox.payloads.includes('low 2'));
      for (const goOn of release) goOn();
    },
  }),
  transportRule({
    id: 'changes-patterns',
    title: 'After setPatterns messages are chosen by the new patterns.',
    async check(bench) {
      const inbox = await bench.inbox({ patterns: ['old.*'] }, { settle: 'acknowledge' });
      const outbox = await bench.outbox();
      await outbox.publish({ topic: 'old.1', payload: 'old 1' });
      await bench.eventually('what the old pattern chose', () => inbox.payloads.includes('old 1'));
      await settledWithin('setPatterns', inbox.consumer.setPatterns(['new.*']), bench.withinMs);
      await outbox.publish({ topic: 'old.2', payload: 'old 2' }, { topic: 'new.1', payload: 'new 1' });
      await bench.exactly(inbox, 2, 'the old and the new message');
      assert.deepEqual(inbox.payloads, ['old 1', 'new 1']);
    },
  }),
  transportRule({
    id: 'stores-a-batch-once',
    title: 'A batch that is offered again within the promised time is stored once.',
    needs: ['deduplicationMs'],
    async check(bench) {
      const inbox = await bench.inbox({}, { settle: 'acknowledge' });
      const outbox = await bench.outbox();
      const batches = [outbox.batch({ payload: 1 }, { payload: 2 }), outbox.batch({ payload: 3 })];
      for (const batch of batches) await outbox.offer(batch);
      for (const batch of batches) await outbox.offer(batch);
      await outbox.publish({ payload: 4 });
      await bench.exactly(inbox, 4, 'each message once');
      assert.deepEqual(inbox.payloads, [1, 2, 3, 4]);
    },
  }),
];

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function byNumber(a: unknown, b: unknown): number {
  return Number(a) - Number(b);
}
