import assert from 'node:assert/strict';
import { errorCode, type TransportError } from '@tradewind/core-types';
import { eventually, rejectionOf, settledWithin } from '../waiting.ts';
import { transportRule, type TransportRule } from './transport-rule.ts';

/** How it ends. */
export const CLOSING_RULES: readonly TransportRule[] = [
  transportRule({
    id: 'stops-a-closed-consumer',
    title: 'A closed consumer gets no further batch, and others are not concerned.',
    async check(bench) {
      const outbox = await bench.outbox();
      const closed = await bench.inbox();
      const open = await bench.inbox();
      await settledWithin('close', closed.consumer.close(), bench.withinMs);
      await outbox.publish({ payload: 'after' });
      await bench.exactly(open, 1, 'the open consumer');
      assert.deepEqual(closed.payloads, []);
    },
  }),
  transportRule({
    id: 'waits-for-open-settlements',
    title: 'Closing a consumer waits for open settlements until the deadline.',
    needs: ['groups', 'redelivery'],
    async check(bench) {
      const inbox = await bench.inbox({ group: 'g' });
      await (await bench.outbox()).publish({ payload: 'in hand' });
      await bench.eventually('the message', () => inbox.messages.length === 1);
      let closed = false;
      const closing = inbox.consumer.close({ deadlineMs: bench.withinMs }).then(() => {
        closed = true;
        return undefined;
      });
      await bench.quiet();
      assert.equal(closed, false, 'closing waits');
      inbox.settleAll();
      await settledWithin('close after the last settlement', closing, bench.withinMs);
      const next = await bench.inbox({ group: 'g' });
      await bench.exactly(next, 0, 'what was settled while closing does not come again');
    },
  }),
  transportRule({
    id: 'keeps-the-deadline-of-close',
    title: 'Closing does not wait beyond its deadline, nor once its signal is aborted.',
    async check(bench) {
      const inboxes = [await bench.inbox(), await bench.inbox()];
      await (await bench.outbox()).publish({ payload: 'never settled' });
      await bench.eventually('the message', () => inboxes.every(({ messages }) => messages.length === 1));
      const [first, second] = inboxes;
      await settledWithin(
        'close with a deadline of 10 ms',
        first?.consumer.close({ deadlineMs: 10 }) ?? Promise.resolve(),
        bench.withinMs,
      );
      const signal = AbortSignal.abort();
      await settledWithin(
        'close with an aborted signal',
        second?.consumer.close({ deadlineMs: 600_000, signal }) ?? Promise.resolve(),
        bench.withinMs,
      );
    },
  }),
  transportRule({
    id: 'refuses-when-closed',
    title: 'After close, publish and consume reject with TRANSPORT_CLOSED, and nothing is stored.',
    async check(bench) {
      const inbox = await bench.inbox();
      const outbox = await bench.outbox();
      await settledWithin('close', outbox.transport.close(), bench.withinMs);
      const error = (await rejectionOf(
        'publish after close',
        outbox.publish({ payload: 'too late' }),
        bench.withinMs,
      )) as TransportError;
      assert.equal(errorCode(error), 'TRANSPORT_CLOSED');
      assert.equal(error.mayHaveBeenStored, false, 'mayHaveBeenStored');
      assert.equal(error.retryable, false, 'retryable');
      const receiver = { onBatch: () => Promise.resolve() };
      const consuming = outbox.transport.consume({ consumer: 'late', patterns: ['*'], from: 'now' }, receiver);
      assert.equal(errorCode(await rejectionOf('consume after close', consuming, bench.withinMs)), 'TRANSPORT_CLOSED');
      await bench.quiet();
      assert.deepEqual(inbox.payloads, []);
    },
  }),
  transportRule({
    id: 'closes-once',
    title: 'Closing again returns the same promise, and closing a transport closes its consumers.',
    async check(bench) {
      const transport = await bench.connect();
      const received: unknown[] = [];
      const consume = transport.consume(
        { consumer: 'c', patterns: ['*'], from: 'now' },
        {
          onBatch: async (batch) => {
            received.push(...batch.messages);
          },
        },
      );
      await settledWithin('consume', consume, bench.withinMs);
      const closing = transport.close({ deadlineMs: 0 });
      assert.equal(transport.close(), closing, 'the same promise');
      await settledWithin('close', closing, bench.withinMs);
      const witness = await bench.inbox();
      await (await bench.outbox()).publish({ payload: 'after' });
      await eventually('the message at another consumer', () => witness.messages.length === 1, bench.withinMs);
      await bench.quiet();
      assert.deepEqual(received, []);
    },
  }),
];
