import { expect, test } from 'vitest';
import { PredictiveRouter } from '../../src/index.ts';
import { Inheritance } from '../../src/paths/inheritance.ts';

test.each([
  { order: 'the newest last', tickets: [1, 9] },
  { order: 'an old one last', tickets: [9, 1] },
])('the first message is known by the newest that is under way: $order', ({ tickets }) => {
  for (const [ticket, nowMs, isLost] of [
    [10, 90_100, false],
    [9, 90_100, true],
    [10, 89_000, true],
    [10, 96_000, true],
  ] as const) {
    const inherited = new Inheritance();
    inherited.begin();
    for (const sent of tickets) inherited.add(sent, sent * 10_000);
    expect(inherited.isLostWith(ticket, nowMs)).toBe(isLost);
    // It is asked with each message, and answers once.
    expect(inherited.isLostWith(ticket, nowMs)).toBe(false);
  }
});

test('a router that takes over in the same process knows what is under way, whichever path has the oldest of it', () => {
  for (const paths of [
    ['quick', 'hanging'],
    ['hanging', 'quick'],
  ]) {
    const router = new PredictiveRouter();
    const send = (to: PredictiveRouter, path: string, ticket: number): void => {
      const nowMs = ticket * 10;
      to.choose([path], { ticket, nowMs, size: 0, volatility: 0 });
    };
    for (const [at, path] of paths.entries()) {
      send(router, path, at + 1);
      router.settled({ ticket: at + 1, path, atMs: 30, latencyMs: 4, result: 'arrived' });
    }
    send(router, 'hanging', 3);
    send(router, 'quick', 10_000);
    const successor = new PredictiveRouter();
    successor.state.restore(router.state.snapshot());
    send(successor, 'quick', 10_001);
    const underWay = Object.fromEntries(successor.readings().map((reading) => [reading.path, reading.underWay]));
    expect(underWay).toEqual({ quick: 2, hanging: 1 });
  }
});
