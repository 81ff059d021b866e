import { describe, expect, test } from 'vitest';
import type { BusReading, LaneReading } from '../../src/bus-reading.ts';
import { EVENT_KINDS, type EventKind } from '../../src/events.ts';
import { settleAccounts, type AccountFacts } from '../../src/summary/accounts.ts';

type KindCounts = Record<EventKind, number>;

function counts(some: Partial<KindCounts>): KindCounts {
  return { ...(Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as KindCounts), ...some };
}

function bus(low: Partial<LaneReading> = {}): BusReading {
  const lane = {
    depth: 0,
    capacity: 10,
    accepted: 0,
    superseded: 0,
    dropped: 0,
    deadLettered: 0,
    failed: 0,
    waits: { upperBoundsMs: [], counts: [] },
  };
  return {
    workers: 1,
    busyWorkers: 0,
    lanes: [
      { name: 'CRITICAL', ...lane },
      { name: 'HIGH', ...lane },
      { name: 'NORMAL', ...lane },
      { name: 'LOW', ...lane, ...low },
    ],
  };
}

function facts(changes: Partial<AccountFacts> = {}): AccountFacts {
  return {
    published: counts({ ticker: 10, trade: 5 }),
    deliveries: [
      { subscriber: 'tape', kinds: ['trade'], conflating: false, delivered: counts({ trade: 5 }) },
      { subscriber: 'board', kinds: ['ticker'], conflating: true, delivered: counts({ ticker: 4 }) },
    ],
    unknown: 0,
    bus: bus({ superseded: 6 }),
    closing: { queued: [0, 0, 0, 0], unsettled: 0 },
    lateReactions: 0,
    abandonedReactions: 0,
    rejected: 0,
    unread: false,
    failure: undefined,
    ...changes,
  };
}

describe('the accounts', () => {
  test('are right when everything published was delivered, or conflated where that was asked for', () => {
    const { lines, problems } = settleAccounts(facts());
    expect(problems).toEqual([]);
    expect(lines).toEqual([
      { subscriber: 'tape', kind: 'trade', published: 5, delivered: 5, conflated: 0, missing: 0 },
      { subscriber: 'board', kind: 'ticker', published: 10, delivered: 4, conflated: 6, missing: 0 },
    ]);
  });

  test.each<[string, Partial<AccountFacts>, string]>([
    [
      'a message that never came',
      { published: counts({ ticker: 10, trade: 6 }) },
      'tape: 6 trade published, 5 delivered',
    ],
    [
      'a message that came twice',
      { published: counts({ ticker: 10, trade: 4 }) },
      'tape: 4 trade published, 5 delivered',
    ],
    [
      'conflation that the bus does not know of',
      { bus: bus({ superseded: 5 }) },
      '6 deliveries conflated, but the bus superseded 5 in all lanes',
    ],
    ['a dropped message', { bus: bus({ superseded: 6, dropped: 1 }) }, 'LOW: 1 messages dropped'],
    ['a dead letter', { bus: bus({ superseded: 6, deadLettered: 2 }) }, 'LOW: 2 deliveries dead-lettered'],
    ['a handler that failed', { bus: bus({ superseded: 6, failed: 3 }) }, 'LOW: 3 handler calls failed'],
    [
      'messages left in a lane',
      { closing: { queued: [0, 0, 7, 0], unsettled: 0 } },
      'NORMAL: 7 messages left in the lane at the end',
    ],
    [
      'a handler that never ended',
      { closing: { queued: [0, 0, 0, 0], unsettled: 1 } },
      '1 deliveries unfinished at the end',
    ],
    ['messages of no known kind', { unknown: 2 }, '2 messages delivered that are no events of the demo'],
    ['lines of a recording that are no events', { rejected: 4 }, '4 lines of the recording rejected'],
    ['a late reaction', { lateReactions: 1 }, '1 reactions came too late, so the run does not repeat'],
    ['a reaction that never came', { abandonedReactions: 1 }, '1 reactions never came, so the run does not repeat'],
    ['a recording that was not read to its end', { unread: true }, 'the recording was not replayed to its end'],
    ['a recording that ends in the middle', { failure: new Error('cut off') }, 'cut off'],
  ])('notice %s', (_, change, problem) => {
    expect(settleAccounts(facts(change)).problems).toContain(problem);
  });

  test('allow no conflation of orders and trades, whatever a subscriber asks for', () => {
    const greedy = { subscriber: 'greedy', kinds: ['trade', 'order_event'], conflating: true } as const;
    const { problems } = settleAccounts(
      facts({
        published: counts({ trade: 5, order_event: 3 }),
        deliveries: [{ ...greedy, delivered: counts({ trade: 4, order_event: 2 }) }],
        bus: bus(),
      }),
    );
    expect(problems).toEqual([
      'greedy: 5 trade published, 4 delivered',
      'greedy: 3 order_event published, 2 delivered',
    ]);
  });

  test('notice what a subscriber got without having asked for it', () => {
    const deliveries = [
      { subscriber: 'tape', kinds: ['trade'], conflating: false, delivered: counts({ trade: 5, bar: 1 }) },
    ] as const;
    const { problems } = settleAccounts(facts({ published: counts({ trade: 5 }), deliveries, bus: bus() }));
    expect(problems).toEqual(['tape: 1 bar delivered that it had not asked for']);
  });
});
