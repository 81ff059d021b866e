import { systemClock } from '@tradewind/core';
import type { Bar, InstrumentId, TimestampNs, Trade } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import type { FeedEvent, Publication } from '../../src/events.ts';
import { nsAt, type Feed } from '../../src/feed.ts';
import { Pacer } from '../../src/timeline/pacer.ts';
import { ReactionLedger } from '../../src/timeline/reaction-ledger.ts';
import { Timeline, type Silence } from '../../src/timeline/timeline.ts';

const START_NS = 1_700_000_000_000_000_000n as TimestampNs;
const INSTRUMENT = 'BTC-USD.alpha' as InstrumentId;

/** A feed of trades at given moments. */
class ListedFeed implements Feed {
  readonly startNs = START_NS;
  readonly listings = new Map();
  readonly #micros: number[];

  constructor(micros: readonly number[]) {
    this.#micros = [...micros];
  }

  get ended(): boolean {
    return this.#micros.length === 0;
  }

  whenReady(): undefined {
    return undefined;
  }

  nextBefore(micros: number): number | undefined {
    const next = this.#micros[0];
    return next !== undefined && next < micros ? next : undefined;
  }

  take(): FeedEvent {
    return tradeAt(this.#micros.shift() ?? 0);
  }

  execute(): void {
    throw new Error('this feed takes no orders');
  }

  orderLatencyMicros(): number {
    return 0;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function tradeAt(micros: number): Trade {
  const ns = nsAt(START_NS, micros);
  const price = '1' as Trade['price'];
  return {
    type: 'trade',
    instrumentId: INSTRUMENT,
    tsEventNs: ns,
    tsInitNs: ns,
    sequence: 0,
    price,
    size: price,
    aggressorSide: 'BUYER',
  };
}

function barAt(micros: number): Bar {
  const { price, tsInitNs } = tradeAt(micros);
  const barType = 'BTC-USD.alpha-1-SECOND-LAST-INTERNAL' as Bar['barType'];
  return {
    type: 'bar',
    instrumentId: INSTRUMENT,
    barType,
    tsEventNs: tsInitNs,
    tsInitNs,
    sequence: 0,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: price,
  };
}

interface Setup {
  readonly feed: Feed;
  readonly speed?: number;
  readonly endMicros?: number;
  readonly patienceMs?: number;
  readonly onPublish?: (publication: Publication, micros: number, timeline: Timeline) => Promise<void> | undefined;
}

function setUp({
  feed,
  speed = Number.POSITIVE_INFINITY,
  endMicros = Number.POSITIVE_INFINITY,
  patienceMs,
  onPublish,
}: Setup) {
  const ledger = new ReactionLedger();
  const published: string[] = [];
  const silences: Silence[] = [];
  const timeline: Timeline = new Timeline({
    feed,
    ledger,
    clock: systemClock,
    endMicros,
    patienceMs,
    onSkip: (silence) => silences.push(silence),
    pacer: new Pacer({ clock: systemClock, speed }),
    publisher: {
      publish: (publication, micros) => {
        ledger.expect(publication, micros);
        published.push(`${publication.type} ${micros}`);
        return onPublish?.(publication, micros, timeline);
      },
    },
  });
  return { timeline, ledger, published, silences };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

describe('a timeline', () => {
  test('publishes the feed and what is scheduled in the order of virtual time, reactions first at one moment', async () => {
    const { timeline, published } = setUp({ feed: new ListedFeed([10, 20, 20, 30]) });
    timeline.schedule(20, barAt(20), 'b');
    timeline.schedule(20, barAt(20), 'a');
    timeline.schedule(35, barAt(35), '');
    await timeline.run();
    expect(published).toEqual(['trade 10', 'bar 20', 'bar 20', 'trade 20', 'trade 20', 'trade 30', 'bar 35']);
  });

  test('never passes the moment at which a reaction is due before the reaction has come', async () => {
    const { timeline, ledger, published } = setUp({
      feed: new ListedFeed([0, 40, 99, 100, 101]),
      onPublish: (publication, micros) => {
        // The reactor is slow, and answers in the reverse order of what it was asked.
        if (publication.type === 'trade' && micros < 50) {
          setTimeout(
            () => {
              timeline.schedule(micros + 100, barAt(micros + 100), `${micros}`);
              reactor.settle(micros + 100);
            },
            micros === 0 ? 20 : 5,
          );
        } else if (publication.type === 'trade') {
          reactor.settle(micros + 100);
        }
        return undefined;
      },
    });
    const reactor = ledger.reactor({ name: 'slow', delayMicros: ({ type }) => (type === 'trade' ? 100 : undefined) });
    await timeline.run();
    expect(published).toEqual(['trade 0', 'trade 40', 'trade 99', 'bar 100', 'trade 100', 'trade 101', 'bar 140']);
    expect([timeline.lateReactions, ledger.abandoned, ledger.open]).toEqual([0, 0, 0]);
  });

  test('waits while the bus has no room, and publishes nothing in between', async () => {
    let waiting = false;
    const { timeline, published } = setUp({
      feed: new ListedFeed([1, 2, 3]),
      onPublish: async () => {
        expect(waiting).toBe(false);
        waiting = true;
        await sleep(2);
        waiting = false;
      },
    });
    await timeline.run();
    expect(published).toEqual(['trade 1', 'trade 2', 'trade 3']);
  });

  test('gives up on a reaction that does not come, goes on, and says so', async () => {
    const { timeline, ledger, published } = setUp({ feed: new ListedFeed([0, 500]), patienceMs: 30 });
    ledger.reactor({ name: 'dead', delayMicros: () => 100 });
    await timeline.run();
    expect(published).toEqual(['trade 0', 'trade 500']);
    expect(ledger.abandoned).toBe(2);
  });

  test('counts a reaction that comes too late, and publishes it at once', async () => {
    const { timeline, published } = setUp({
      feed: new ListedFeed([100, 200]),
      onPublish: (publication) => {
        if (publication.type === 'trade') timeline.schedule(50, barAt(50), '');
        return undefined;
      },
    });
    await timeline.run();
    expect(published).toEqual(['trade 100', 'bar 100', 'trade 200', 'bar 200']);
    expect(timeline.lateReactions).toBe(2);
  });

  test('ends at its end, to the microsecond, and is not ahead of the wall', async () => {
    const { timeline, published } = setUp({ feed: new ListedFeed([0, 49_999, 50_000]), speed: 1, endMicros: 50_000 });
    const startedAt = performance.now();
    await timeline.run();
    expect(published).toEqual(['trade 0', 'trade 49999']);
    expect(performance.now() - startedAt).toBeGreaterThan(49);
    expect([timeline.endedAtMicros, timeline.isStopped]).toEqual([50_000, false]);
  });

  test('skips a silence that nobody would wait out, and tells how long it was', async () => {
    const day = 86_400_000_000;
    const { timeline, published, silences } = setUp({ feed: new ListedFeed([0, day]), speed: 1 });
    await timeline.run();
    expect(published).toEqual(['trade 0', `trade ${day}`]);
    expect(silences).toHaveLength(1);
    expect(silences[0]?.toMicros).toBe(day);
  });

  test('stops when it is told to, also while it waits', async () => {
    const { timeline, published } = setUp({ feed: new ListedFeed([0, 5_000_000]), speed: 1 });
    setTimeout(() => timeline.stop(), 20);
    await timeline.run();
    expect(published).toEqual(['trade 0']);
    expect([timeline.isStopped, timeline.endedAtMicros]).toEqual([true, 0]);
  });
});
