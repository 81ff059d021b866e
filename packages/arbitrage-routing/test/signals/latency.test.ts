import { expect, test } from 'vitest';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../src/signals/signal-detector.ts';
import { at } from '../fixtures.ts';
import { market, row, run } from './signal-fixtures.ts';

const options: SignalDetectorOptions = {
  instruments: [row('A:P'), row('B:P', { takerFeePpm: 100 })],
  latency: { pairs: [['A:P', 'B:P']], lagsMs: [0, 20, -20], windowMs: 10_000, minMoves: 3, minCorrelation: 0.9 },
};

/** The leader moves at these times; the follower does the same 20 ms later. */
function following(moves: readonly (readonly [atMs: number, middle: number])[]): readonly NormalizedEvent[] {
  const leader = moves.map(([atMs, middle]) => quoteAround('A:P', middle, atMs));
  const follower = moves.map(([atMs, middle]) => quoteAround('B:P', middle, atMs + 20));
  return [...leader, ...follower].toSorted((a, b) => Number(BigInt(a.tsRecv) - BigInt(b.tsRecv)));
}

function quoteAround(key: string, middle: number, atMs: number): NormalizedEvent {
  return market(key, { bid: `${middle - 5}`, ask: `${middle + 5}`, size: '2', atMs });
}

const lesson = following([
  [0, 60_000],
  [100, 60_020],
  [200, 60_010],
  [300, 60_060],
  [400, 60_050],
]);

test('the leader has moved beyond all costs, and the follower is bought before it does, worked out by hand', () => {
  const transitions = run(options, [...lesson, quoteAround('A:P', 60_110, 500)]);
  // The leader went up by 60. Bought at 60,055, to be sold 60 above the bid of 60,045, for 0.01 % each way:
  // 2 * (60,105 - 60,055 * 1.0002) = 75.978
  expect(transitions.at(-1)).toEqual({
    op: 'open',
    type: 'LATENCY_ARBITRAGE',
    id: 'L|A:P>B:P|BUY',
    legs: [{ venue: 'B', symbol: 'P', side: 'BUY', qty: '2', notional: '120110', limit: '60055' }],
    profit: '75.978',
    edgePpm: '632',
    urgency: 'IMMEDIATE',
    expiresAtNs: at(520).toString(),
    leader: 'A:P',
    lagNs: '20000000',
    correlation: '1',
    move: '60',
    confidence: '1',
  });
});

test('it ends when the follower moves, or when its time is over', () => {
  const opened = [...lesson, quoteAround('A:P', 60_110, 500)];
  const close = { op: 'close', type: 'LATENCY_ARBITRAGE', id: 'L|A:P>B:P|BUY' };
  expect(run(options, [...opened, quoteAround('B:P', 60_110, 515)]).at(-1)).toEqual(close);
  expect(run(options, [...opened, { type: 'trade', venue: 'C', tsRecv: at(520) }]).at(-1)).toMatchObject({
    op: 'open',
  });
  expect(run(options, [...opened, { type: 'trade', venue: 'C', tsRecv: at(520) + 1n }]).at(-1)).toEqual(close);
});

test('a fall is sold', () => {
  // 2 * (60,045 * 0.9998 - (60,055 - 60)) = 75.982
  expect(run(options, [...lesson, quoteAround('A:P', 59_990, 500)]).at(-1)).toMatchObject({
    id: 'L|A:P>B:P|SELL',
    profit: '75.982',
    move: '-60',
  });
});

test.each([
  ['too few moves', { minMoves: 6 }, 60_110],
  ['the move is smaller than both fees and the spread', {}, 60_070],
])('nothing opens when %s', (_, changes, middle) => {
  const changed = {
    ...options,
    latency: { ...(options.latency as object), ...changes } as SignalDetectorOptions['latency'],
  };
  const before = run(changed, lesson).length;
  expect(run(changed, [...lesson, quoteAround('A:P', middle, 500)]).slice(before)).toEqual([]);
});
