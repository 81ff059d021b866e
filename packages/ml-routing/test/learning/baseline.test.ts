import { weightedScheduler } from '@tradewind/core';
import { Priority, type LaneScheduler } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { costRules, strict } from '../../eval/scheduling/contenders.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import { QLearningRouter, type Estimate } from '../../src/index.ts';
import { firstRunnable } from '../../src/scheduling/lane-index.ts';
import { collected } from '../support/collected.ts';

const trace = makeTrace(SCENARIOS.find(({ name }) => name === 'mislabelled') as Scenario, 104, 14_000);

function runWith(baseline: LaneScheduler): { readonly router: QLearningRouter; readonly cost: number } {
  const router = new QLearningRouter({ costs: costRules(trace), workers: trace.workers, baseline });
  const { cost } = simulate(trace, { scheduler: router, plugin: router.corrections });
  return { router, cost: total(cost) };
}

describe('the gain over what would run otherwise', () => {
  test('is, of strict priority, the gain over strict priority', () => {
    const { router } = runWith({ name: 'strict', pick: firstRunnable });
    expect(router.baselineGain()?.windows).toBeGreaterThan(50);
    expectNear(router.baselineGain()?.saved, router.replayedGain().saved);
    expect(router.baselineGain()?.baseline).toBe('strict');
  });

  test("is, of the client's own scheduler, near what a second run with that scheduler costs more", () => {
    const { router, cost } = runWith(weightedScheduler());
    const weighted = total(simulate(trace, { scheduler: weightedScheduler() }).cost);
    expect(total(simulate(trace, strict()).cost)).not.toBeCloseTo(weighted, 0);
    const { saved } = router.baselineGain() ?? {};
    expect(saved?.value).not.toBe(router.replayedGain().saved.value);
    // Windows are samples, and their queues begin as they were left: the same order of magnitude is what may be asked.
    expect(Math.abs(1 - cost / weighted - (saved?.value ?? Number.NaN))).toBeLessThan(0.25);
    expect(saved?.low).toBeLessThan(saved?.value ?? Number.NaN);
    expect(saved?.high).toBeGreaterThan(saved?.value ?? Number.NaN);
  });

  test('is asked only where there is a choice; an answer without a message is served as strict priority would', () => {
    let alone = 0;
    const { router } = runWith({
      name: 'empty-handed',
      pick: (lanes) => {
        const withWork = LANES.filter((lane) => lanes.runnable(lane) > 0);
        if (withWork.length < 2) alone += 1;
        return LANES.find((lane) => lanes.runnable(lane) === 0) ?? firstRunnable(lanes);
      },
    });
    expect(alone).toBe(0);
    expectNear(router.baselineGain()?.saved, router.replayedGain().saved);
  });

  test('is not given where nothing is compared, nor once the baseline has failed, which changes nothing else and shows', () => {
    expect(new QLearningRouter().baselineGain()).toBeUndefined();
    let asked = 0;
    const { router } = runWith({
      name: 'failing',
      pick: () => {
        asked += 1;
        throw new Error('out of shares');
      },
    });
    expect(asked).toBe(1);
    expect(router.baselineGain()).toBeUndefined();
    expect(router.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('out of shares') });
    expect(router.replayedGain().windows).toBeGreaterThan(50);
    expect(Object.keys(collected(router)).filter((series) => series.includes('baseline'))).toEqual([]);
  });

  test('where it is clearly below nothing, health says so', () => {
    const load = makeTrace(SCENARIOS.find(({ name }) => name === 'poisson') as Scenario, 104, 14_000);
    const worth = load.topics.map(({ perMs, meanMs }) => perMs / meanMs(0));
    // It knows what a topic costs and takes, which strict priority, kept in force by a bound that nothing reaches, does not.
    const knowing: LaneScheduler = {
      name: 'knowing',
      pick: (lanes) => {
        const index = (lane: Priority): number => worth[lanes.topicId(lane, 0) - 1] ?? 0;
        const withWork = LANES.filter((lane) => lanes.runnable(lane) > 0);
        return withWork.reduce<Priority>((top, lane) => (index(lane) > index(top) ? lane : top), withWork[0] ?? 0);
      },
    };
    const { workers } = load;
    const router = new QLearningRouter({ costs: costRules(load), workers, baseline: knowing, leastGain: 1 });
    simulate(load, { scheduler: router, plugin: router.corrections });
    expect(total(simulate(load, { scheduler: knowing }).cost)).toBeLessThan(total(simulate(load, strict()).cost));
    expect(router.baselineGain()?.saved.high).toBeLessThan(0);
    expect(router.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('than knowing') });
  });

  test('is a metric, by the name of the baseline and by bound', () => {
    const { router } = runWith(weightedScheduler());
    const written = collected(router);
    for (const bound of ['estimate', 'lower', 'upper']) {
      expect(written[`tradewind_ml_scheduling_baseline_gain_ratio{baseline=weighted,bound=${bound}}`]).toBeTypeOf(
        'number',
      );
    }
  });

  test('a baseline that cannot pick is refused', () => {
    const wrong: unknown = { name: 'nothing' };
    expect(() => new QLearningRouter({ baseline: wrong as LaneScheduler })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'baseline' }),
    );
  });
});

/** Replays go on while traffic comes: where a message's time is not known, what its topic takes may have changed a little between one replay of a window and the next. */
function expectNear(saved: Estimate | undefined, other: Estimate): void {
  expect(saved?.value).toBeCloseTo(other.value, 2);
  expect(saved?.standardError).toBeCloseTo(other.standardError, 2);
}

const LANES = Object.values(Priority);

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
