import { silentLogger } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { CircuitBreaker } from '../../src/routing/circuit-breaker.ts';
import { recordingLogger } from './routing-fixture.ts';

test('a fault opens it, and nothing passes until the delay is over', () => {
  const breaker = new CircuitBreaker({ kind: 'plugin', name: 'regime', logger: silentLogger, initialDelayMs: 100 });
  expect(breaker.allows(0)).toBe(true);
  breaker.failed('threw', 50, new Error('broken'));
  expect(breaker.closed).toBe(false);
  expect(breaker.sinceMs).toBe(50);
  expect(breaker.allows(149)).toBe(false);
  expect(breaker.allows(150)).toBe(true);
});

test('enough good calls on trial close it, a bad one opens it for twice as long', () => {
  const breaker = new CircuitBreaker({
    kind: 'plugin',
    name: 'regime',
    logger: silentLogger,
    initialDelayMs: 100,
    trialCalls: 2,
  });
  breaker.failed('threw', 0, undefined);
  expect(breaker.allows(100)).toBe(true);
  breaker.succeeded(100);
  expect(breaker.closed).toBe(false);
  breaker.failed('slow', 101, undefined);
  expect(breaker.allows(300)).toBe(false);
  expect(breaker.allows(301)).toBe(true);
  breaker.succeeded(301);
  breaker.succeeded(302);
  expect(breaker.closed).toBe(true);
  expect(breaker.closedAtMs).toBe(302);
  expect(breaker.opened).toBe(2);
  expect(breaker.cause).toBe('slow');
});

test('the delay has a bound, and starts anew after a long time without a fault', () => {
  const breaker = new CircuitBreaker({
    kind: 'plugin',
    name: 'regime',
    logger: silentLogger,
    initialDelayMs: 100,
    maxDelayMs: 350,
    trialCalls: 1,
  });
  let nowMs = 0;
  const delayAfterFault = (): number => {
    breaker.failed('threw', nowMs, undefined);
    const openedMs = nowMs;
    while (!breaker.allows(nowMs)) nowMs += 1;
    return nowMs - openedMs;
  };
  expect([delayAfterFault(), delayAfterFault(), delayAfterFault(), delayAfterFault()]).toEqual([100, 200, 350, 350]);
  breaker.succeeded(nowMs);
  nowMs += 349;
  expect(delayAfterFault()).toBe(350);
  breaker.succeeded(nowMs);
  nowMs += 350;
  expect(delayAfterFault()).toBe(100);
});

test('it logs one line when it opens and one when it closes; failed trials in between are for debugging', () => {
  const logger = recordingLogger();
  const breaker = new CircuitBreaker({
    kind: 'scheduler',
    name: 'learned',
    logger,
    initialDelayMs: 100,
    trialCalls: 1,
  });
  const cause = new Error('no such lane');
  breaker.failed('threw', 0, cause);
  breaker.failed('threw', 1, cause);
  breaker.allows(100);
  breaker.failed('invalid', 100, 'it picked lane 7');
  breaker.allows(300);
  breaker.succeeded(300);
  expect(logger.lines.map(({ level, event }) => [level, event])).toEqual([
    ['warn', 'scheduler.circuit-opened'],
    ['debug', 'scheduler.circuit-opened'],
    ['info', 'scheduler.circuit-closed'],
  ]);
  expect(logger.lines[0]).toMatchObject({ scheduler: 'learned', cause: 'threw', retryInMs: 100, error: cause });
  expect(logger.lines[1]?.message).toContain('it picked lane 7');
});

test('a logger that throws is ignored', () => {
  const logger = { debug: full, info: full, warn: full, error: full };
  const breaker = new CircuitBreaker({ kind: 'plugin', name: 'regime', logger, trialCalls: 1 });
  breaker.failed('threw', 0, undefined);
  expect(breaker.allows(1_000)).toBe(true);
  breaker.succeeded(1_000);
  expect(breaker.closed).toBe(true);
});

function full(): never {
  throw new Error('disk full');
}
