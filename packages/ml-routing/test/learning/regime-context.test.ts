import { array, assert, double, integer, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learned } from '../../eval/scheduling/contenders.ts';
import { makeRegimeLoad } from '../../eval/scheduling/regime-load.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import { QLearningRouter, type MarketRegime, type RegimeReading } from '../../src/index.ts';
import { Adoption } from '../../src/learning/adoption.ts';
import { PairedCosts } from '../../src/learning/paired-costs.ts';
import { NO_REGIME, regimePlace } from '../../src/learning/regime-deviations.ts';
import { POLICIES, STRICT } from '../../src/scheduling/policy.ts';
import { CostBook } from '../../src/scheduling/cost-rule.ts';
import { RegimeTimes } from '../../src/scheduling/regime-times.ts';
import { TopicBook } from '../../src/scheduling/topic-book.ts';

const NORMAL = 0;
const VOLATILE = 1;
const INDEX = 1;
const STATES = new Uint8Array(POLICIES.length);

function reading(regime: MarketRegime, confidence = 1): RegimeReading {
  return { regime, confidence, newsEvent: false, session: 'main', sinceMs: 0 };
}

/** What the policies cost in a window: all as strict priority, but the index. */
function costs(strict: number, index: number): Float64Array {
  return new Float64Array(POLICIES.length).fill(strict).with(INDEX, index);
}

describe('the market’s regime as context of scheduling', () => {
  test('a policy that pays in one regime and costs in another is in force in the first alone', () => {
    const adoption = new Adoption({ leastGain: 0.015, leastT: 2, leastWindows: 4 });
    for (let window = 0; window < 200; window += 1) {
      const jitter = (window * 7) % 5;
      adoption.learn({ state: 0, regime: VOLATILE }, costs(100, 60 + jitter), STATES, false);
      adoption.learn({ state: 0, regime: NORMAL }, costs(100, 150 + jitter), STATES, false);
    }
    expect(adoption.inForce(NO_REGIME, 0)).toBe(STRICT);
    expect(adoption.inForce(NORMAL, 0)).toBe(STRICT);
    expect(adoption.inForce(VOLATILE, 0)).toBe(INDEX);
    const { gain } = adoption.gainIn(VOLATILE, 0, { candidate: INDEX, incumbent: STRICT });
    expect(gain).toBeGreaterThan(0.2);
    // Shrunk towards all regimes together.
    expect(gain).toBeLessThan(0.4);
  });

  test('a regime without evidence of its own goes by that of all', () => {
    const adoption = new Adoption({ leastGain: 0.015, leastT: 2, leastWindows: 4 });
    for (let window = 0; window < 30; window += 1) {
      adoption.learn({ state: 0, regime: NO_REGIME }, costs(100, 60 + ((window * 7) % 5)), STATES, false);
    }
    expect(adoption.inForce(NO_REGIME, 0)).toBe(INDEX);
    expect(adoption.inForce(VOLATILE, 0)).toBe(INDEX);
    expect(adoption.windowsIn(VOLATILE, 0)).toBe(adoption.windowsIn(NO_REGIME, 0));
  });

  test('a shrunk gain lies between the own one and the prior, and is the own one without a prior', () => {
    const cost = double({ min: 1, max: 100, noNaN: true });
    const windows = array(tuple(cost, cost), { minLength: 3, maxLength: 20 });
    assert(
      property(windows, windows, integer({ min: 1, max: 20 }), (own, others, prior) => {
        const [one, other] = [new PairedCosts(2, 1), new PairedCosts(2, 1)];
        for (const pair of own) one.observe(pair);
        for (const pair of others) other.observe(pair);
        const plain = one.gain(1, 0);
        const shrunk = one.shrunkGain(1, 0, { from: other, windows: prior });
        const bounds = [plain.gain, other.gain(1, 0).gain].toSorted((a, b) => a - b);
        expect(shrunk.gain).toBeGreaterThanOrEqual((bounds[0] as number) - 1e-9);
        expect(shrunk.gain).toBeLessThanOrEqual((bounds[1] as number) + 1e-9);
        const alone = one.shrunkGain(1, 0, { from: new PairedCosts(2, 1), windows: prior });
        expect(alone.gain).toBeCloseTo(plain.gain, 9);
      }),
    );
  });

  test('service times of a regime are there again when it comes back', () => {
    const topics = new TopicBook(new CostBook([], undefined), 4);
    const row = topics.arrive(1, 'strategy', 1);
    const kept = new RegimeTimes(topics);
    for (let i = 0; i < 50; i += 1) topics.times.observe(row, 2);
    const normalMs = topics.times.meanMs[row] as number;
    kept.change(NORMAL, VOLATILE);
    expect(topics.times.meanMs[row]).toBe(normalMs);
    for (let i = 0; i < 200; i += 1) topics.times.observe(row, 20);
    const later = topics.arrive(2, 'new', 1);
    const volatileMs = topics.times.meanMs[row] as number;
    expect(volatileMs).toBeGreaterThan(10);
    kept.change(VOLATILE, NORMAL);
    expect(topics.times.meanMs[row]).toBeCloseTo(normalMs, 9);
    topics.times.observe(later, 5);
    kept.change(NORMAL, VOLATILE);
    expect(topics.times.meanMs[row]).toBeCloseTo(volatileMs, 9);
  });

  test('nothing is known of the market without a reading, and from a detector that is switched off', () => {
    expect(regimePlace(undefined)).toBe(NO_REGIME);
    expect(regimePlace(reading('VOLATILE', 0))).toBe(NO_REGIME);
    expect(regimePlace(reading('VOLATILE'))).toBe(VOLATILE);
  });

  test('what is asked for the regime may throw: learning goes on as if nobody knew', () => {
    const { trace } = makeRegimeLoad('market', 3, 4_000);
    const fails = learned(trace, () => {
      throw new Error('no market');
    });
    expect(simulate(trace, fails).cost).toEqual(simulate(trace, learned(trace)).cost);
  });

  test('a state keeps the times of each regime, and one from before regimes is taken up', () => {
    const { trace, truth } = makeRegimeLoad('market', 3, 20_000);
    const { router, ...contender } = learned(trace, truth);
    simulate(trace, contender);
    const state = router.state.snapshot();
    const twin = new QLearningRouter({ workers: trace.workers });
    twin.state.restore(structuredClone(state));
    expect(twin.state.snapshot()).toEqual(state);
    const { regimes: _regimes, regimeTimes: _times, ...before } = state.data as Record<string, never>;
    const old = new QLearningRouter({ workers: trace.workers });
    old.state.restore({ version: state.version, data: before });
    expect(old.adopted('VOLATILE')).toEqual(old.adopted());
  });

  test('refuses times of a regime that are none, and is unchanged', () => {
    const router = new QLearningRouter();
    const state = router.state.snapshot();
    const data = { ...(state.data as Record<string, never>), regimeTimes: { VOLATILE: { count: [1] } } };
    expect(() => router.state.restore({ version: state.version, data })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
    expect(router.state.snapshot()).toEqual(state);
  });

  test('refuses a regime that is no function', () => {
    const options: object = { regime: 'VOLATILE' };
    expect(() => new QLearningRouter(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringContaining('regime') }),
    );
  });

  test('the shares of the lanes are those of the picks lately, together 1', () => {
    const { trace } = makeRegimeLoad('market', 2, 6_000);
    const { router, ...contender } = learned(trace);
    expect(router.shares()).toEqual([0, 0, 0, 0]);
    simulate(trace, contender);
    const shares = router.shares();
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(shares[0]).toBeGreaterThan(0);
  });
});
