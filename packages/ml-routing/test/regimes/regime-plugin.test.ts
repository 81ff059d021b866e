import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { parseQuote, parseTrade, type RoutingPlugin } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { MARKET_REGIME, MarketRegimeDetector, RegimePolicy, type RegimeReading } from '../../src/index.ts';
import { HOME_MARKET } from '../../eval/regimes/characters.ts';
import { SimulatedMarket, START_MS } from '../../eval/regimes/market.ts';
import { decimalNumber } from '../../src/regimes/decimal-number.ts';
import { collected } from '../support/collected.ts';
import { show } from './ticks.ts';

/** Takes down the fact as it is for each message. */
function reader(seen: Map<string, RegimeReading>): RoutingPlugin {
  return {
    name: 'reader',
    route(message, context): undefined {
      const reading = context.fact(MARKET_REGIME);
      if (reading !== undefined) seen.set(message.topic, { ...reading });
    },
  };
}

describe('on the bus', () => {
  test('quotes and trades that are published set the regime for the plugins after it, as ticks given by hand do', async () => {
    const detector = new MarketRegimeDetector();
    const seen = new Map<string, RegimeReading>();
    const clock = new ManualClock({ startMs: START_MS });
    const client = new BufferedMessageBusClient({
      plugins: [detector.plugin, reader(seen)],
      clock,
      pluginBudgetMicros: 100_000,
    });
    client.subscribe('data.*', () => undefined);
    const byHand = new MarketRegimeDetector();
    const header = { instrumentId: 'BTCUSDT.BINANCE', tsEventNs: null, tsInitNs: '1', sequence: 0 };
    const ticks: (() => void)[] = [];
    const times: number[] = [];
    new SimulatedMarket(HOME_MARKET, 3, 150).play({
      quote({ atMs, bid, ask, bidSize, askSize }) {
        const figures = {
          bidPrice: bid.toFixed(12),
          askPrice: ask.toFixed(12),
          bidSize: bidSize.toFixed(9),
          askSize: askSize.toFixed(9),
        };
        const quote = parseQuote({ ...header, type: 'quote', ...figures });
        times.push(atMs);
        ticks.push(() => client.publish('data.quotes.BINANCE.BTCUSDT', quote));
        byHand.observeQuote({
          instrumentId: header.instrumentId,
          atMs,
          bidPrice: Number(figures.bidPrice),
          askPrice: Number(figures.askPrice),
          bidSize: Number(figures.bidSize),
          askSize: Number(figures.askSize),
        });
      },
      trade({ atMs, price, size, side }) {
        const figures = { price: price.toFixed(12), size: size.toFixed(9) };
        const trade = parseTrade({
          ...header,
          type: 'trade',
          ...figures,
          aggressorSide: side > 0 ? 'BUYER' : 'SELLER',
        });
        times.push(atMs);
        ticks.push(() => client.publish('data.trades.BINANCE.BTCUSDT', trade));
        const aggressor = side > 0 ? 1 : -1;
        byHand.observeTrade({
          instrumentId: header.instrumentId,
          atMs,
          price: Number(figures.price),
          size: Number(figures.size),
          aggressor,
        });
      },
    });
    for (const [at, publish] of ticks.entries()) {
      await clock.advance((times[at] ?? 0) - clock.now());
      publish();
    }
    await client.flush();
    expect(detector.explain('BTCUSDT.BINANCE').probabilities).toEqual(byHand.explain('BTCUSDT.BINANCE').probabilities);
    expect(seen.get('data.quotes.BINANCE.BTCUSDT')?.regime).toBe(byHand.reading('BTCUSDT.BINANCE').regime);

    client.publish('data.book.deltas.BINANCE.BTCUSDT', {});
    client.publish('commands.order.X', {});
    expect(seen.get('data.book.deltas.BINANCE.BTCUSDT')?.confidence).toBe(
      detector.reading('BTCUSDT.BINANCE').confidence,
    );
    expect(seen.get('commands.order.X')?.confidence).toBe(detector.reading().confidence);
    detector.disable();
    client.publish('commands.order.X', {});
    expect(seen.get('commands.order.X')).toMatchObject({ regime: 'NORMAL', confidence: 0 });
    await client.close();
  });

  test('quotes and trades of another shape are counted, and where all are, health says so', async () => {
    const detector = new MarketRegimeDetector();
    const clock = new ManualClock({ startMs: START_MS });
    const client = new BufferedMessageBusClient({ plugins: [detector.plugin], clock, pluginBudgetMicros: 100_000 });
    client.subscribe('data.*', () => undefined);
    const others = [{ price: '64250.1' }, { type: 'quote', instrumentId: 5 }, 'a text', null, new Uint8Array(4)];
    for (let i = 0; i < 99; i += 1) client.publish('data.trades.KRAKEN.XBT/USD', others[i % others.length]);
    client.publish('data.book.deltas.KRAKEN.XBT/USD', { price: '64250.1' });
    expect(collected(detector)['tradewind_regime_ticks_total{kind=ignored}']).toBe(99);
    expect(detector.health().status).toBe('up');
    client.publish('data.quotes.KRAKEN.XBT/USD', { bid: 1, ask: 2 });
    expect(detector.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('decimal text') });
    const header = { instrumentId: 'XBT/USD.KRAKEN', tsEventNs: null, tsInitNs: '1', sequence: 0 };
    const figures = { price: '64250.1', size: '0.2', aggressorSide: 'BUYER' };
    client.publish('data.trades.KRAKEN.XBT/USD', parseTrade({ ...header, type: 'trade', ...figures }));
    expect(detector.health().status).toBe('up');
    expect(collected(detector)).toMatchObject({
      'tradewind_regime_ticks_total{kind=taken}': 1,
      'tradewind_regime_ticks_total{kind=ignored}': 100,
    });
    await client.close();
  });

  test('the text of a price is read as Number reads it, within two units of its last digit', () => {
    for (const text of [
      '61824.01',
      '0.00000123',
      '7',
      '-0.5',
      '123456789012345678901234567890',
      '0.1234567890123456789',
    ]) {
      const exact = Number(text);
      expect(Math.abs(decimalNumber(text) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 4 * Number.EPSILON);
    }
    for (const odd of ['', '-', '.5', '5.', '1e3', '1.2.3', 'x', '--1', 5, null, undefined, '9'.repeat(161)]) {
      expect(decimalNumber(odd)).toBeNaN();
    }
  });
});

describe('the policy', () => {
  /** A market in which news has just come: the one thing that is certain at once. */
  function newsDetector(): MarketRegimeDetector {
    const detector = show({ seed: 3, observations: 100 });
    for (let i = 0; i < 3; i += 1) {
      detector.observeQuote({
        instrumentId: 'BTCUSDT.BINANCE',
        atMs: START_MS + 100_001 + i,
        bidPrice: 1e9,
        askPrice: 1e9 + 1,
        bidSize: 1,
        askSize: 1,
      });
    }
    expect(detector.reading().newsEvent).toBe(true);
    return detector;
  }

  test('with news only the newest quote counts, CRITICAL is left alone, and it says why', async () => {
    const detector = newsDetector();
    const policy = new RegimePolicy();
    const clock = new ManualClock({ startMs: START_MS + 100_010 });
    const client = new BufferedMessageBusClient({
      plugins: [detector.plugin, policy.plugin],
      clock,
      trace: { every: 1 },
      workers: { min: 1, max: 1 },
    });
    const handled: unknown[] = [];
    client.subscribe('data.*', (payload) => {
      handled.push(payload);
    });
    for (let i = 0; i < 5; i += 1) client.publish('data.quotes.BINANCE.BTCUSDT', i);
    for (let i = 0; i < 2; i += 1) client.publish('data.quotes.BINANCE.BTCUSDT', `critical ${i}`, { priority: 0 });
    for (let i = 0; i < 2; i += 1) client.publish('data.book.deltas.BINANCE.BTCUSDT', `delta ${i}`);
    await client.flush();
    expect(handled).toEqual(['critical 0', 'critical 1', 4, 'delta 0', 'delta 1']);
    policy.disable('rehearsal');
    for (let i = 10; i < 13; i += 1) client.publish('data.quotes.BINANCE.BTCUSDT', i);
    await client.flush();
    expect(handled.slice(5)).toEqual([10, 11, 12]);
    expect(policy.health()).toMatchObject({ status: 'degraded', reason: 'rehearsal' });
    await client.close();
  });

  test('knobs are turned for the regime and turned back, and what somebody else has turned is theirs', async () => {
    let reading: RegimeReading = { regime: 'NORMAL', confidence: 0.9, newsEvent: false, session: 'main', sinceMs: 0 };
    const policy = new RegimePolicy();
    const clock = new ManualClock({ startMs: START_MS });
    const client = new BufferedMessageBusClient({ clock });
    const knob = (name: string): number => client.knobs().find((each) => each.name === name)?.current ?? Number.NaN;
    const [share, flushMs] = [knob('lanes.LOW.share'), knob('flushIntervalMs')];
    const tuning = policy.tune({ target: client, reading: () => reading, clock, everyMs: 100 });
    expect(tuning.inForce()).toEqual({});

    reading = { ...reading, regime: 'VOLATILE', newsEvent: true };
    await clock.advance(100);
    expect(knob('lanes.LOW.share')).toBeCloseTo(share / 2, 9);
    expect(knob('flushIntervalMs')).toBeCloseTo(flushMs / 4, 9);
    expect(tuning.inForce()).toEqual({ 'lanes.LOW.share': 0.5, flushIntervalMs: 0.25 });

    client.reconfigure({ flushIntervalMs: 40 });
    reading = { ...reading, confidence: 0.3, newsEvent: false };
    await clock.advance(100);
    expect(knob('lanes.LOW.share')).toBeCloseTo(share, 9);
    expect(knob('flushIntervalMs')).toBe(40);

    reading = { ...reading, regime: 'RANGING', confidence: 0.9 };
    await clock.advance(100);
    expect(knob('flushIntervalMs')).toBe(80);
    policy.disable();
    reading = { ...reading, confidence: 0.95 };
    await clock.advance(100);
    expect(knob('flushIntervalMs')).toBe(40);
    policy.enable();
    await clock.advance(100);
    expect(knob('flushIntervalMs')).toBe(80);
    tuning[Symbol.dispose]();
    expect(knob('flushIntervalMs')).toBe(40);
    await client.close();
  });

  test('what a client refuses changes nothing, and is told', async () => {
    const reading: RegimeReading = {
      regime: 'VOLATILE',
      confidence: 0.9,
      newsEvent: false,
      session: 'main',
      sinceMs: 0,
    };
    const policy = new RegimePolicy({ adaptations: { VOLATILE: { knobs: { 'lanes.LOW.share': 1_000 } } } });
    const clock = new ManualClock({ startMs: START_MS });
    const client = new BufferedMessageBusClient({ clock });
    const before = client.knobs();
    const tuning = policy.tune({ target: client, reading: () => reading, clock });
    expect(client.knobs()).toEqual(before);
    expect(tuning.inForce()).toEqual({});
    expect(policy.health()).toMatchObject({ status: 'degraded' });
    expect(policy.health().reason).toContain('shares that add up to at most 1');
    tuning[Symbol.dispose]();
    await client.close();
  });

  test('a reading that throws asks for nothing until it can be read again, and health says so', async () => {
    let read = (): RegimeReading => ({
      regime: 'RANGING',
      confidence: 0.9,
      newsEvent: false,
      session: 'main',
      sinceMs: 0,
    });
    const ranging = read;
    const policy = new RegimePolicy();
    const clock = new ManualClock({ startMs: START_MS });
    const client = new BufferedMessageBusClient({ clock });
    const flushMs = (): number => client.knobs().find(({ name }) => name === 'flushIntervalMs')?.current ?? Number.NaN;
    const usualMs = flushMs();
    const tuning = policy.tune({ target: client, reading: () => read(), clock, everyMs: 100 });
    expect(flushMs()).toBe(2 * usualMs);
    read = () => {
      throw new Error('no market');
    };
    await clock.advance(300);
    expect(flushMs()).toBe(usualMs);
    expect(policy.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('no market') });
    read = ranging;
    await clock.advance(100);
    expect(flushMs()).toBe(2 * usualMs);
    expect(policy.health().status).toBe('up');
    tuning[Symbol.dispose]();
    await client.close();
  });

  test('what is wrong with its options is named, all at once', () => {
    expect(
      () => new RegimePolicy({ leastConfidence: 2, adaptations: { VOLATILE: { conflate: [''], knobs: { a: 0 } } } }),
    ).toThrow(/leastConfidence: .*; adaptations\.VOLATILE\.conflate\[0\]: .*; adaptations\.VOLATILE\.knobs\.a/);
    const unknown = { adaptations: { BORING: {} } } as unknown as ConstructorParameters<typeof RegimePolicy>[0];
    expect(() => new RegimePolicy(unknown)).toThrow(/adaptations\.BORING/);
  });
});
