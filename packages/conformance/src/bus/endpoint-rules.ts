import assert from 'node:assert/strict';
import { errorCode, type EndpointMeta } from '@tradewind/core-types';
import { rejectionOf, settledWithin } from '../waiting.ts';
import { assertCode, busRule, type BusRule } from './bus-rule.ts';

const WITHIN_MS = 2_000;
const SHORT_MS = 20;

function nothing(): void {
  return undefined;
}

/** A request that is looked at later: should the rule fail before, its rejection is nobody's. */
function watched<T>(request: Promise<T>): Promise<T> {
  request.catch(() => undefined);
  return request;
}

/** Point-to-point: endpoints, requests and responses. */
export const ENDPOINT_RULES: readonly BusRule[] = [
  busRule({
    id: 'sends-to-one',
    title: 'send calls the one handler of an endpoint, at once, and tells it the endpoint and no correlation id.',
    check(bus) {
      const calls: unknown[] = [];
      bus.register('RiskEngine.execute', (payload, { endpoint, correlationId }) =>
        calls.push([payload, endpoint, correlationId]),
      );
      bus.register('ExecEngine.execute', () => calls.push('another'));
      bus.send('RiskEngine.execute', 7);
      assert.deepEqual(calls, [[7, 'RiskEngine.execute', undefined]]);
      assert.deepEqual([...bus.endpoints()].toSorted(), ['ExecEngine.execute', 'RiskEngine.execute']);
    },
  }),
  busRule({
    id: 'keeps-endpoints-apart-from-topics',
    title:
      'A message published on the name of an endpoint does not reach it, nor a sent one the subscribers of that name.',
    check(bus) {
      const calls: string[] = [];
      bus.register('Engine.execute', () => calls.push('endpoint'));
      bus.subscribe('Engine.execute', () => calls.push('subscriber'));
      bus.publish('Engine.execute', 1);
      bus.send('Engine.execute', 1);
      assert.deepEqual(calls, ['subscriber', 'endpoint']);
    },
  }),
  busRule({
    id: 'refuses-taken-and-unknown-endpoints',
    title:
      'A second handler is ENDPOINT_TAKEN, nobody there is UNKNOWN_ENDPOINT, no name is INVALID_ENDPOINT; a disposed registration frees the name.',
    check(bus) {
      const registration = bus.register('Engine.execute', nothing);
      assertCode('ENDPOINT_TAKEN', () => bus.register('Engine.execute', () => 1), 'registering again');
      registration[Symbol.dispose]();
      assertCode('UNKNOWN_ENDPOINT', () => bus.send('Engine.execute', 1), 'sending to nobody');
      for (const endpoint of ['', 'a..b', 'a.*'])
        assertCode(
          'INVALID_ENDPOINT',
          () => bus.register(endpoint, nothing),
          `registering ${JSON.stringify(endpoint)}`,
        );
      const calls: number[] = [];
      bus.register('Engine.execute', () => calls.push(1));
      registration[Symbol.dispose]();
      bus.send('Engine.execute', 1);
      assert.deepEqual(calls, [1], 'disposing the old registration again does not touch the new one');
    },
  }),
  busRule({
    id: 'isolates-failures-of-endpoints',
    title: 'A failure of an endpoint that was sent to is counted, not thrown.',
    async check(bus) {
      bus.register('Engine.throws', () => {
        throw new Error('thrown');
      });
      bus.register('Engine.rejects', () => Promise.reject(new Error('rejected')));
      const before = bus.counts().handlerErrors;
      bus.send('Engine.throws', 1);
      bus.send('Engine.rejects', 1);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      assert.equal(bus.counts().handlerErrors - before, 2);
    },
  }),
  busRule({
    id: 'answers-requests',
    title: 'A request resolves with what is responded to its correlation id, at once or later.',
    async check(bus) {
      bus.register('Engine.now', (payload, { correlationId = '' }) => bus.respond(correlationId, Number(payload) + 1));
      const later: EndpointMeta[] = [];
      bus.register('Engine.later', (_, meta) => later.push({ ...meta }));
      assert.equal(await settledWithin('a request', bus.request('Engine.now', 1), WITHIN_MS), 2);
      const [first, second] = [watched(bus.request('Engine.later', 'a')), watched(bus.request('Engine.later', 'b'))];
      assert.equal(bus.counts().pendingRequests, 2);
      assert.equal(new Set(later.map(({ correlationId }) => correlationId)).size, 2, 'correlation ids are unique');
      assert.equal(bus.respond(later[1]?.correlationId ?? '', 'to b'), true);
      assert.equal(bus.respond(later[0]?.correlationId ?? '', 'to a'), true);
      assert.deepEqual(await settledWithin('both requests', Promise.all([first, second]), WITHIN_MS), ['to a', 'to b']);
      assert.equal(bus.counts().pendingRequests, 0);
    },
  }),
  busRule({
    id: 'takes-correlation-ids',
    title: 'A given correlation id is used; while it is pending a second one is DUPLICATE_CORRELATION_ID.',
    async check(bus) {
      const ids: unknown[] = [];
      bus.register('Engine.later', (_, { correlationId }) => ids.push(correlationId));
      const pending = watched(bus.request('Engine.later', 1, { correlationId: 'order-7' }));
      assert.deepEqual(ids, ['order-7']);
      const second = await rejectionOf(
        'the same id again',
        bus.request('Engine.later', 2, { correlationId: 'order-7' }),
        WITHIN_MS,
      );
      assert.equal(errorCode(second), 'DUPLICATE_CORRELATION_ID');
      bus.respond('order-7', 'done');
      assert.equal(await settledWithin('the first request', pending, WITHIN_MS), 'done');
      const again = watched(bus.request('Engine.later', 3, { correlationId: 'order-7' }));
      bus.respond('order-7', 'again');
      assert.equal(await settledWithin('the id once it is free', again, WITHIN_MS), 'again');
    },
  }),
  busRule({
    id: 'ends-requests',
    title:
      'A request rejects with REQUEST_TIMEOUT when its time is over, REQUEST_ABORTED when its signal is, UNKNOWN_ENDPOINT when nobody is there.',
    async check(bus) {
      bus.register('Engine.silent', nothing);
      const timedOut = await rejectionOf(
        'a request without a response',
        bus.request('Engine.silent', 1, { timeoutMs: SHORT_MS }),
        WITHIN_MS,
      );
      assert.equal(errorCode(timedOut), 'REQUEST_TIMEOUT');
      const abort = new AbortController();
      const aborted = watched(bus.request('Engine.silent', 1, { signal: abort.signal }));
      abort.abort();
      assert.equal(errorCode(await rejectionOf('an aborted request', aborted, WITHIN_MS)), 'REQUEST_ABORTED');
      const before = bus.request('Engine.silent', 1, { signal: AbortSignal.abort() });
      assert.equal(
        errorCode(await rejectionOf('a request that was aborted before', before, WITHIN_MS)),
        'REQUEST_ABORTED',
      );
      assert.equal(
        errorCode(await rejectionOf('a request to nobody', bus.request('Engine.none', 1), WITHIN_MS)),
        'UNKNOWN_ENDPOINT',
      );
      assert.equal(bus.counts().pendingRequests, 0);
    },
  }),
  busRule({
    id: 'reports-failed-requests',
    title: 'A request whose handler throws or rejects rejects with REQUEST_FAILED and the cause.',
    async check(bus) {
      const failure = new Error('no such account');
      bus.register('Engine.throws', () => {
        throw failure;
      });
      bus.register('Engine.rejects', () => Promise.reject(failure));
      for (const endpoint of ['Engine.throws', 'Engine.rejects']) {
        const error = await rejectionOf(endpoint, bus.request(endpoint, 1), WITHIN_MS);
        assert.equal(errorCode(error), 'REQUEST_FAILED');
        assert.equal((error as Error).cause, failure, 'the cause');
      }
    },
  }),
  busRule({
    id: 'refuses-late-responses',
    title: 'respond returns false when nobody waits for it: unknown, answered before, or timed out.',
    async check(bus) {
      bus.register('Engine.silent', nothing);
      assert.equal(bus.respond('nobody', 1), false);
      const answered = watched(bus.request('Engine.silent', 1, { correlationId: 'a' }));
      assert.equal(bus.respond('a', 'first'), true);
      assert.equal(bus.respond('a', 'second'), false);
      assert.equal(await settledWithin('the request', answered, WITHIN_MS), 'first');
      await rejectionOf(
        'a request without a response',
        bus.request('Engine.silent', 1, { correlationId: 'b', timeoutMs: SHORT_MS }),
        WITHIN_MS,
      );
      assert.equal(bus.respond('b', 'late'), false);
    },
  }),
];
