import { expect, test } from 'vitest';
import { intendedUs, sendAtPace } from '../../src/network/ticks/pacing.ts';
import { nowUs } from '../../src/network/ticks/shared-clock.ts';
import { TickLedger } from '../../src/network/ticks/tick-ledger.ts';
import { SYMBOLS, tickOf, topicOf } from '../../src/network/ticks/ticks.ts';

test('packets are due one each millisecond, and rarer where there are fewer messages', () => {
  const due = (perSecond: number, count: number) =>
    Array.from({ length: count }, (_, n) => (intendedUs(n, { perSecond, startUs: 5000 }) - 5000) / 1000);
  expect(due(10_000, 21).filter((_, n) => n % 10 === 0)).toEqual([0, 1, 2]);
  expect(new Set(due(10_000, 30)).size).toBe(3);
  expect(due(1000, 4)).toEqual([0, 1, 2, 3]);
  expect(due(2, 3)).toEqual([0, 500, 1000]);
});

test('all messages are sent in order, none before its time, and a stall is caught up with', async () => {
  const pace = { perSecond: 5000, messages: 400, startUs: nowUs() + 20_000 };
  const sent: number[] = [];
  const early: number[] = [];
  await sendAtPace({
    ...pace,
    send: (n) => {
      sent.push(n);
      if (nowUs() < intendedUs(n, pace)) early.push(n);
      // Longer than what is left of the plan.
      const untilUs = nowUs() + (n === 100 ? 90_000 : 0);
      while (nowUs() < untilUs);
    },
  });
  expect(sent).toEqual(Array.from({ length: 400 }, (_, n) => n));
  expect(early).toEqual([]);
});

test('every tick is different, on the topic of its symbol, and as large as a quote', () => {
  const [first, later] = [tickOf(3), tickOf(3 + SYMBOLS)];
  expect(topicOf(3)).toBe(`data.quotes.BINANCE.${first.symbol}`);
  expect(topicOf(3 + SYMBOLS)).toBe(topicOf(3));
  expect(later).not.toEqual({ ...first, n: later.n, t: later.t });
  expect(JSON.stringify(first).length).toBeGreaterThan(170);
  expect(JSON.stringify(first).length).toBeLessThan(220);
});

test('the ledger tells latencies from publishing and from the intended time, without those of the warm-up', () => {
  let completed = 0;
  const startUs = 5_000_000;
  let now = startUs;
  const ledger = new TickLedger(
    100,
    () => (completed += 1),
    () => now,
  );
  // Each is published 1 ms after its time, and comes 2 ms after that.
  for (let n = 0; n < 100; n += 1) {
    now = startUs + n * 1000 + 3000;
    ledger.take({ ...tickOf(n), t: now - 2000 });
  }
  expect(completed).toBe(1);
  expect(ledger.receipts.report(100)).toMatchObject({ received: 100, missing: 0, duplicates: 0, outOfOrder: 0 });
  const { published, intended } = ledger.latencies({ startUs, perSecond: 1000 });
  expect([published.count, intended.count]).toEqual([90, 90]);
  // In nanoseconds, from below and from above.
  expect([published.min, published.max]).toEqual([2e6, 2e6]);
  expect([intended.min, intended.max]).toEqual([3e6, 3e6]);
});

test('the ledger counts what is missing, repeated, out of order and invented', () => {
  const ledger = new TickLedger(4 * SYMBOLS, () => undefined);
  const ticks = Array.from({ length: 4 * SYMBOLS }, (_, n) => tickOf(n));
  const [first, second] = [ticks[0], ticks[SYMBOLS]];
  if (first === undefined || second === undefined) throw new Error('Expected ticks.');
  ledger.takeAll([second, first, first, { ...first, n: 4 * SYMBOLS }]);
  expect(ledger.receipts.report(4 * SYMBOLS)).toEqual({
    sent: 4 * SYMBOLS,
    received: 2,
    missing: 4 * SYMBOLS - 2,
    duplicates: 1,
    outOfOrder: 1,
    unknown: 1,
  });
});

test('the ledger tells what came after a moment, and which symbols came for the first time then', () => {
  const ledger = new TickLedger(3 * SYMBOLS, () => undefined);
  ledger.take(tickOf(0));
  const momentUs = nowUs();
  while (nowUs() - momentUs < 10);
  ledger.takeAll([tickOf(SYMBOLS), tickOf(1)]);
  const { firstUs, newSymbolsUs } = ledger.since(momentUs);
  expect(firstUs).toBeGreaterThan(momentUs);
  expect(newSymbolsUs).toHaveLength(1);
  expect(ledger.since(nowUs())).toEqual({ firstUs: undefined, newSymbolsUs: [] });
});
