import { describe, expect, test } from 'vitest';
import { MARKET_REGIMES, MarketRegimeDetector } from '../../src/index.ts';
import { HOME_MARKET } from '../../eval/regimes/characters.ts';
import { START_MS } from '../../eval/regimes/market.ts';
import { detectIn } from '../../eval/regimes/replay.ts';
import { quantile, scoresOf } from '../../eval/regimes/scores.ts';
import { INSTRUMENT, quoteTick, show } from './ticks.ts';

/** An instrument that trades as ever: quotes around a price that hardly moves. */
function quiet(detector: MarketRegimeDetector, seconds: number, from = 0): void {
  for (let second = from; second < from + seconds; second += 1) {
    for (let tick = 0; tick < 5; tick += 1) {
      const price = 100 + 0.01 * ((second * 7 + tick * 3) % 5);
      detector.observeQuote(
        quoteTick({ atMs: START_MS + second * 1_000 + tick * 190, bidPrice: price - 0.005, askPrice: price + 0.005 }),
      );
    }
  }
}

describe('what it says of a market that it has never seen', () => {
  const readings = detectIn(HOME_MARKET, 2_002, 2_500);
  const scores = scoresOf([readings]);

  test('it is right most of the time, soon, and knows how sure it is', () => {
    expect(scores.macroF1).toBeGreaterThan(0.8);
    expect(quantile(scores.delays, 0.5)).toBeLessThanOrEqual(14);
    expect(scores.logLoss).toBeLessThan(0.55);
    expect(scores.calibrationError).toBeLessThan(0.12);
  });

  test('it hardly changes its mind more often than the market does', () => {
    expect(scores.switches).toBeLessThan(3 * scores.trueSwitches);
  });

  test('news is seen within three observations', () => {
    expect(scores.news.events).toBeGreaterThan(3);
    expect(scores.news.within3).toBeGreaterThanOrEqual(0.95);
  });
});

describe('readings', () => {
  test('before anything is known it is NORMAL, and so is an instrument that nobody has heard of', () => {
    const detector = new MarketRegimeDetector();
    expect(detector.reading()).toMatchObject({ regime: 'NORMAL', newsEvent: false, session: 'main' });
    expect(detector.reading('NOBODY.KNOWS')).toMatchObject({ regime: 'NORMAL' });
    quiet(detector, 20);
    expect(detector.reading(INSTRUMENT).regime).toBe('NORMAL');
  });

  test('a jump is news at its tick, not at the end of the observation, and stays so for 20 observations', () => {
    const detector = new MarketRegimeDetector();
    quiet(detector, 100);
    expect(detector.reading(INSTRUMENT).newsEvent).toBe(false);
    const atMs = START_MS + 100_100;
    detector.observeQuote(quoteTick({ atMs, bidPrice: 100.9, askPrice: 100.92 }));
    expect(detector.reading(INSTRUMENT)).toMatchObject({ newsEvent: true });
    expect(detector.reading(undefined)).toMatchObject({ newsEvent: true });
    expect(detector.reading(INSTRUMENT, atMs + 19_999).newsEvent).toBe(true);
    expect(detector.reading(INSTRUMENT, atMs + 20_000).newsEvent).toBe(false);
  });

  test('one absurd price is ignored and counted; three of them are a new level, and news', () => {
    const detector = new MarketRegimeDetector();
    quiet(detector, 100);
    const atMs = START_MS + 100_100;
    detector.observeQuote(quoteTick({ atMs, bidPrice: 9_999, askPrice: 10_001 }));
    detector.observeQuote(quoteTick({ atMs: atMs + 10 }));
    expect(detector.reading(INSTRUMENT).newsEvent).toBe(false);
    for (let i = 0; i < 3; i += 1) {
      detector.observeQuote(quoteTick({ atMs: atMs + 20 + i, bidPrice: 9_999, askPrice: 10_001 }));
    }
    expect(detector.reading(INSTRUMENT).newsEvent).toBe(true);
  });

  test('the market is the mean of its instruments, and each is itself', () => {
    const detector = new MarketRegimeDetector();
    show({ seed: 2_011, observations: 400, detector, instrumentId: 'A.X' });
    show({ seed: 2_012, observations: 400, detector, instrumentId: 'B.X' });
    const [a, b, market] = [detector.explain('A.X'), detector.explain('B.X'), detector.explain()];
    for (const regime of MARKET_REGIMES) {
      const mean = (a.probabilities[regime] + b.probabilities[regime]) / 2;
      expect(market.probabilities[regime]).toBeCloseTo(mean, 9);
    }
    expect(market.text).toContain('the mean of 2 instruments');
  });

  test('an instrument that has gone silent does not count any more', () => {
    const detector = new MarketRegimeDetector();
    show({ seed: 2_011, observations: 400, detector, instrumentId: 'SILENT.X' });
    quiet(detector, 200, 400);
    const [own, market] = [detector.explain(INSTRUMENT), detector.explain()];
    expect(market.probabilities['NORMAL']).toBeCloseTo(own.probabilities['NORMAL'], 9);
  });

  test('after a long gap it knows about as little as at first, but what is usual', () => {
    const detector = new MarketRegimeDetector();
    show({ seed: 2_021, observations: 600, detector });
    const before = Math.max(...Object.values(detector.explain(INSTRUMENT).probabilities));
    detector.observeQuote(quoteTick({ atMs: START_MS + 10_000_000 }));
    const after = Math.max(...Object.values(detector.explain(INSTRUMENT).probabilities));
    expect(after).toBeLessThan(0.5);
    expect(before).toBeGreaterThan(after);
    expect(detector.reading(INSTRUMENT).newsEvent).toBe(false);
  });

  test('an instrument of trades alone has a regime too', () => {
    const detector = new MarketRegimeDetector();
    for (let i = 0; i < 2_000; i += 1) {
      detector.observeTrade({
        instrumentId: 'ONLY.TRADES',
        atMs: START_MS + i * 100,
        price: 10 + (i % 7) / 100,
        size: 1,
      });
    }
    const { probabilities, features } = detector.explain('ONLY.TRADES');
    expect(Object.values(probabilities).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect(Object.values(features).every(Number.isFinite)).toBe(true);
  });
});

describe('switching', () => {
  test.each([1, 5, 40])('a regime holds for at least %i observations', (dwell) => {
    const at: number[] = [];
    let before = 'NORMAL';
    show({
      seed: 2_031,
      observations: 1_200,
      options: { dwell, margin: 0 },
      after: (detector, observation) => {
        const { regime } = detector.reading(INSTRUMENT);
        if (regime !== before) at.push(observation);
        before = regime;
      },
    });
    expect(at.length).toBeGreaterThan(2);
    for (let i = 1; i < at.length; i += 1) expect((at[i] ?? 0) - (at[i - 1] ?? 0)).toBeGreaterThanOrEqual(dwell);
  });

  test('every change is in the log, newest first, with what it was', () => {
    const detector = show({ seed: 2_031, observations: 1_200 });
    const changes = detector.changes(256).filter(({ instrumentId }) => instrumentId === INSTRUMENT);
    expect(changes.length).toBeGreaterThan(2);
    expect(changes[0]?.to).toBe(detector.reading(INSTRUMENT).regime);
    for (let i = 1; i < changes.length; i += 1) {
      expect(changes[i - 1]?.from).toBe(changes[i]?.to);
      expect(changes[i - 1]?.atMs).toBeGreaterThan(changes[i]?.atMs ?? Infinity);
    }
    expect(detector.changes(2)).toHaveLength(2);
  });
});

describe('safety', () => {
  test('the kill switch: nothing is looked at, everything is NORMAL with confidence 0, and back', () => {
    const detector = show({ seed: 2_041, observations: 300 });
    const state = JSON.stringify(detector.state.snapshot());
    detector.disable('rehearsal');
    detector.observeQuote(quoteTick({ atMs: START_MS + 400_000 }));
    expect(JSON.stringify(detector.state.snapshot())).toBe(state);
    expect(detector.reading(INSTRUMENT)).toEqual({
      regime: 'NORMAL',
      confidence: 0,
      newsEvent: false,
      session: 'main',
      sinceMs: 0,
    });
    expect(detector.health()).toMatchObject({ status: 'degraded', reason: 'rehearsal' });
    detector.enable();
    expect(detector.health().status).toBe('up');
    expect(detector.reading(INSTRUMENT).confidence).toBeGreaterThan(0);
  });

  test('instruments beyond the bound are counted, told, and get the reading of the market', () => {
    const detector = new MarketRegimeDetector({ maxInstruments: 1 });
    show({ seed: 2_041, observations: 100, detector });
    detector.observeQuote(quoteTick({ instrumentId: 'SECOND.X', atMs: START_MS + 100_000 }));
    expect(detector.health()).toMatchObject({ status: 'degraded' });
    expect(detector.reading('SECOND.X')).toBe(detector.reading());
  });

  test('what is no tick is counted as ignored and changes nothing', () => {
    const detector = show({ seed: 2_041, observations: 100 });
    const state = JSON.stringify(detector.state.snapshot());
    const atMs = START_MS + 99_999;
    for (const some of [
      { bidPrice: Number.NaN },
      { askPrice: Infinity },
      { bidPrice: -1 },
      { bidPrice: 0 },
      { bidPrice: 101, askPrice: 100 },
      { bidSize: Number.NaN },
      { askSize: -1 },
      { askSize: Infinity },
      { atMs: Number.NaN },
      { atMs: 1e300 },
      { instrumentId: '' },
    ]) {
      detector.observeQuote(quoteTick({ atMs, ...some }));
    }
    detector.observeTrade({ instrumentId: INSTRUMENT, atMs, price: Number.NaN, size: 1 });
    expect(JSON.stringify(detector.state.snapshot())).toBe(state);
    const counted = new Map<string, number>();
    detector.collect({
      describe: () => undefined,
      counter: (name, value, labels) => counted.set(`${name} ${labels?.['kind'] ?? ''}`, value),
      gauge: (name, value, labels) => counted.set(`${name} ${labels?.['kind'] ?? labels?.['regime'] ?? ''}`, value),
      histogram: () => undefined,
    });
    expect(counted.get('tradewind_regime_ticks_total ignored')).toBe(12);
    expect(counted.get('tradewind_regime_instruments followed')).toBe(1);
    const parts = MARKET_REGIMES.map((regime) => counted.get(`tradewind_regime_probability ${regime}`) ?? Number.NaN);
    expect(parts.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  });

  test('a clock that is set back by far begins anew, a late tick belongs to the present', () => {
    const detector = show({ seed: 2_041, observations: 200 });
    detector.observeQuote(quoteTick({ atMs: START_MS + 100 }));
    detector.observeQuote(quoteTick({ atMs: START_MS + 2_100 }));
    detector.observeQuote(quoteTick({ atMs: START_MS + 1_900 }));
    expect(Object.values(detector.explain(INSTRUMENT).probabilities).every(Number.isFinite)).toBe(true);
  });
});

describe('state', () => {
  test('a later process goes on with what was known', () => {
    const detector = show({ seed: 2_051, observations: 500 });
    const heir = new MarketRegimeDetector();
    heir.state.restore(JSON.parse(JSON.stringify(detector.state.snapshot())));
    expect(heir.explain(INSTRUMENT)).toEqual(detector.explain(INSTRUMENT));
    expect(heir.reading()).toEqual(detector.reading());
    quiet(detector, 50, 500);
    quiet(heir, 50, 500);
    expect(heir.state.snapshot()).toEqual(detector.state.snapshot());
  });

  test('a state with figures that cannot be is refused, whatever is wrong with it, and changes nothing', () => {
    const detector = show({ seed: 2_051, observations: 100 });
    const good = JSON.stringify(detector.state.snapshot());
    const faults = [
      ['"observationMs":1000', '"observationMs":2000'],
      ['"lastMs":1', '"lastMs":-1'],
      ['"posterior":[', '"posterior":[1,'],
      ['"shown":[0', '"shown":[7'],
      ['"switching":[', '"switching":[9,'],
      ['"interval":[', '"interval":[null,'],
      ['"levels":[', '"levels":[-1,'],
      ['"id":"', '"name":"'],
    ] as const;
    for (const [from, to] of faults) {
      expect(good).toContain(from);
      expect(() => detector.state.restore(JSON.parse(good.replace(from, to))), to).toThrow(/expected/);
      expect(JSON.stringify(detector.state.snapshot())).toBe(good);
    }
  });
});

describe('options and explanations', () => {
  test('what is wrong is named, all at once', () => {
    expect(() => new MarketRegimeDetector({ observationMs: 0, dwell: 0.5, jump: 1 })).toThrow(
      /observationMs: expected an integer from 10 to 86400000, received 0; dwell: .*; jump: expected a number from 3 to 100/,
    );
    expect(() => new MarketRegimeDetector({ calendar: { phases: [] } })).toThrow(/calendar\.phases/);
  });

  test('an explanation says in words what the figures say', () => {
    const detector = show({ seed: 2_061, observations: 400 });
    const { text, reading, features } = detector.explain(INSTRUMENT);
    const times = Math.exp(features['volatility, medium'] ?? Number.NaN).toFixed(1);
    expect(text).toContain(`${reading.regime} ${reading.confidence.toFixed(2)}`);
    expect(text).toContain(`volatility ${times} times the usual`);
  });
});
