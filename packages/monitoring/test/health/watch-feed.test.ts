import type { DataAdapter, DataEvent, StreamListener, StreamStateChange } from '@tradewind/core-types';
import { parseInstrumentId, parseQuote, type Quote } from '@tradewind/core-types';
import { ManualClock } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { Remediator, STANDARD_RULES, createMonitoring, watchFeed } from '../../src/index.ts';
import { samples, scraped } from '../support/sources.ts';

/** A venue whose streams a test plays: each subscription counts its events from 1. */
class PlayedVenue implements DataAdapter {
  readonly venue = 'KRAKEN';
  readonly open = new Set<{ listener: StreamListener<Quote>; sequence: number }>();
  subscriptions = 0;
  isSilent = false;

  capabilities() {
    return { kinds: ['quote'] as const, bookDepths: [], eventTimes: false, venueSequences: false };
  }

  async connect() {}

  async close() {}

  async subscribe(_request: unknown, listener: StreamListener<never>) {
    this.subscriptions += 1;
    const stream = { listener: listener as StreamListener<Quote>, sequence: 0 };
    this.open.add(stream);
    stream.listener.onState?.({ state: 'live', atMs: 0 });
    const unsubscribe = () => {
      this.open.delete(stream);
      stream.listener.onState?.({ state: 'ended', atMs: 0 });
    };
    return { state: 'live' as const, unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /** One quote on every stream. */
  tick(): void {
    if (this.isSilent) return;
    for (const stream of this.open) {
      stream.sequence += 1;
      stream.listener.onEvent(quote(stream.sequence));
    }
  }
}

function quote(sequence: number): Quote {
  return parseQuote({
    type: 'quote',
    instrumentId: 'BTC/USD.KRAKEN',
    bidPrice: '1.0',
    askPrice: '1.1',
    bidSize: '1',
    askSize: '1',
    tsEventNs: null,
    tsInitNs: 1n,
    sequence,
  });
}

async function watched() {
  const clock = new ManualClock();
  const venue = new PlayedVenue();
  const feed = watchFeed(venue, { staleAfterMs: 5_000, clock });
  const events: DataEvent<'quote'>[] = [];
  const states: StreamStateChange['state'][] = [];
  const instrumentId = parseInstrumentId('BTC/USD.KRAKEN');
  const subscription = await feed.subscribe(
    { kind: 'quote', instrumentId },
    { onEvent: (event) => events.push(event), onState: ({ state }) => states.push(state) },
  );
  return { clock, venue, feed, events, states, subscription };
}

describe('a watched feed', () => {
  test('passes everything on, and is up while something comes', async () => {
    const { clock, venue, feed, events, states } = await watched();
    for (let second = 0; second < 20; second += 1) {
      venue.tick();
      await clock.advance(1_000);
      expect(feed.health().status).toBe('up');
    }
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(states).toEqual(['live']);
  });

  test('that falls silent is down, is subscribed to anew by rule, and its subscriber sees a gap and no break in the numbers', async () => {
    const { clock, venue, feed, events, states } = await watched();
    const monitoring = createMonitoring({ bus: {}, feeds: [feed], clock, process: false });
    const remediator = new Remediator({ monitoring, rules: STANDARD_RULES, enabled: true, clock });
    const second = async () => {
      venue.tick();
      const step = remediator.step();
      await clock.advance(1_000);
      return step;
    };
    for (let at = 0; at < 3; at += 1) await second();
    venue.isSilent = true;
    const heal = async () => {
      for (let at = 0; at < 60; at += 1) {
        const entries = await second();
        if (venue.subscriptions === 2) venue.isSilent = false;
        if (entries.length > 0) return entries;
      }
      return [];
    };
    expect(await heal()).toMatchObject([
      {
        rule: 'resubscribe-feed',
        component: 'feeds/kraken',
        result: 'healed',
        reason: '1 of 1 streams bring nothing (quote)',
      },
    ]);
    await second();
    expect(venue.subscriptions).toBe(2);
    expect(states).toEqual(['live', 'interrupted', 'live']);
    const after = events.find(({ gapBefore }) => gapBefore === 'unknown');
    expect(after?.sequence).toBe(4);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
    const found = samples(await scraped(monitoring));
    const labels = '{bus="bus",part="feeds/kraken",venue="KRAKEN"}';
    expect(found.get(`tradewind_feed_events_total${labels}`)).toBe(events.length);
    expect(found.get(`tradewind_feed_resubscriptions_total${labels}`)).toBe(1);
  });

  test('a stream that its subscriber ended is no longer watched, and its events stay counted', async () => {
    const { clock, venue, feed, events, subscription } = await watched();
    venue.tick();
    subscription.unsubscribe();
    await clock.advance(60_000);
    expect(feed.health().status).toBe('up');
    const monitoring = createMonitoring({ bus: {}, feeds: [feed], clock, process: false });
    const found = samples(await scraped(monitoring));
    expect(found.get('tradewind_feed_events_total{bus="bus",part="feeds/kraken",venue="KRAKEN"}')).toBe(1);
    expect(events).toHaveLength(1);
  });
});
