import { describe, expect, test } from 'vitest';
import type { Outcome, RoutableMessage, RoutingContext, RoutingPlugin } from '@tradewind/core-types';
import { PathTrial, type PathTrialOptions } from '../../src/index.ts';
import { Dice } from '../../eval/random.ts';
import { collected } from '../support/collected.ts';
import { outcome } from '../support/outcome.ts';

const PATHS = ['main', 'backup'] as const;
const CONTEXT: RoutingContext = {
  nowMs: 1_000,
  paths: PATHS,
  fact: () => undefined,
  set: () => undefined,
  load: () => ({ waiting: 1, inFlight: 2, oldestInFlightAtMs: 900, status: 'up' }),
};

function message(sequence: number): RoutableMessage {
  return {
    topic: 'data.quotes.OKX.BTCUSDT',
    payload: undefined,
    sequence,
    priority: 2,
    declaredPriority: 2,
    publishedAtMs: 1_000 + sequence / 4,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    path: undefined,
  };
}

/** Sends everything over the second path. */
function backup(): RoutingPlugin & { readonly seen: Outcome['kind'][] } {
  const seen: Outcome['kind'][] = [];
  const decision = { path: 'backup', reason: 'always the second' };
  return { name: 'backup', seen, route: () => decision, observe: ({ kind }) => void seen.push(kind) };
}

function trialOf(options: Partial<PathTrialOptions> = {}): PathTrial {
  return new PathTrial({ candidate: backup(), later: (judge) => judge(), ...options });
}

/** Plays so many messages; each takes as long as its path does. */
function play(trial: PathTrial, messages: number, tookMs: (path: string) => number, from = 0): Record<string, number> {
  const taken: Record<string, number> = { main: 0, backup: 0 };
  for (let sequence = from; sequence < from + messages; sequence += 1) {
    const routed = message(sequence);
    const path = trial.plugin.route?.(routed, CONTEXT)?.path ?? 'main';
    taken[path] = (taken[path] ?? 0) + 1;
    trial.plugin.observe?.(
      outcome({ sequence, publishedAtMs: routed.publishedAtMs, path, waitedMs: 0, handledMs: tookMs(path) }),
    );
  }
  return taken;
}

function latency(seed: number, meanMs: Readonly<Record<string, number>>): (path: string) => number {
  const dice = new Dice(seed);
  return (path) => dice.logNormal(meanMs[path] ?? 1, 0.5);
}

describe('a trial of paths', () => {
  test('begins with the path that messages take anyway, and sends a tenth the other way', () => {
    const taken = play(trialOf({ judgedEvery: 1_000_000 }), 10_000, () => 1);
    expect(taken['backup']).toBeGreaterThan(850);
    expect(taken['backup']).toBeLessThan(1_150);
  });

  test('lets the candidate decide once it is shown to be faster, and says why', () => {
    const trial = trialOf();
    play(trial, 8_000, latency(1, { main: 10, backup: 7 }));
    const { adopted, reason, evidence } = trial.report();
    expect(adopted).toBe(true);
    expect(reason).not.toBe('');
    const { value = 0, standardError = 0 } = evidence?.gain ?? {};
    // Three milliseconds, as far as chance goes.
    expect(Math.abs(value - 3)).toBeLessThan(4 * standardError);
    expect(standardError).toBeLessThan(0.5);
    const after = play(trial, 4_000, latency(2, { main: 10, backup: 7 }), 8_000);
    expect(after['backup']).toBeGreaterThan(3_400);
  });

  test('never lets in one that is slower, and puts one out that has become slower', () => {
    const slower = trialOf();
    play(slower, 8_000, latency(3, { main: 7, backup: 10 }));
    expect(slower.report().adopted).toBe(false);

    const turned = trialOf();
    play(turned, 8_000, latency(4, { main: 10, backup: 7 }));
    expect(turned.report().adopted).toBe(true);
    play(turned, 12_000, latency(5, { main: 7, backup: 20 }), 8_000);
    expect(turned.report().adopted).toBe(false);
    expect(collected(turned)).toMatchObject({ 'tradewind_path_trial_changes_total{kind=withdrawal}': 1 });
  });

  test('never lets in one on which messages expire, however quick the others are, and puts out one on which they begin to', () => {
    const playExpiring = (trial: PathTrial, from: number): void => {
      for (let sequence = from; sequence < from + 8_000; sequence += 1) {
        const routed = message(sequence);
        const path = trial.plugin.route?.(routed, CONTEXT)?.path ?? 'main';
        // Half as long as the other, where it gets there at all: of ten, three do not.
        const kind = path === 'backup' && (sequence * 7) % 10 < 3 ? 'expired' : 'sent';
        const waitedMs = kind === 'expired' ? 100 : path === 'backup' ? 10 + (sequence % 3) : 20;
        const { publishedAtMs } = routed;
        trial.plugin.observe?.(outcome({ kind, sequence, publishedAtMs, path, waitedMs, handledMs: 0 }));
      }
    };
    const never = trialOf();
    playExpiring(never, 0);
    expect(never.report().adopted).toBe(false);
    expect(collected(never)).toMatchObject({ 'tradewind_path_trial_changes_total{kind=adoption}': 0 });

    const turned = trialOf();
    play(turned, 8_000, latency(1, { main: 10, backup: 7 }));
    expect(turned.report().adopted).toBe(true);
    playExpiring(turned, 8_000);
    expect(turned.report().adopted).toBe(false);
  });

  test('of two paths that are alike it seldom lets one in: at most 3 of 12 seeds', () => {
    const adopted = Array.from({ length: 12 }, (_, seed) => {
      const trial = trialOf({ seed });
      play(trial, 4_000, latency(100 + seed, { main: 10, backup: 10 }));
      return trial.report().adopted;
    });
    expect(adopted.filter(Boolean).length).toBeLessThanOrEqual(3);
  });

  test('where the candidate agrees, has no opinion, or names an unknown path, nothing is tried', () => {
    for (const path of ['main', undefined, 'nowhere']) {
      const trial = trialOf({ candidate: { name: 'c', route: () => ({ path, reason: '' }) } });
      expect(play(trial, 100, () => 1)['main']).toBe(100);
      expect(trial.judge().evidence).toBeUndefined();
    }
  });

  test('keeps messages off a path that stands still, be it the usual one or that of an adopted candidate', () => {
    const standing = (still: string): RoutingContext => ({
      ...CONTEXT,
      nowMs: 10_000,
      load: (path) => ({ waiting: 1, inFlight: 2, oldestInFlightAtMs: path === still ? 5_000 : 9_900, status: 'up' }),
    });
    const ways = (trial: PathTrial, context: RoutingContext): ReadonlySet<string> =>
      new Set(Array.from({ length: 200 }, (_, n) => trial.plugin.route?.(message(n), context)?.path ?? 'main'));
    const trial = trialOf({ judgedEvery: 1_000_000 });
    expect(ways(trial, standing('main'))).toEqual(new Set(['backup']));
    expect(ways(trial, standing('backup'))).toEqual(new Set(['main']));
    expect(trial.report().adopted).toBe(false);
    trial.disable();
    expect(ways(trial, standing('main'))).toEqual(new Set(['main']));
    const adopted = trialOf();
    play(adopted, 8_000, latency(1, { main: 10, backup: 7 }));
    expect(adopted.report().adopted).toBe(true);
    expect(ways(adopted, standing('backup'))).toEqual(new Set(['main']));
    expect(ways(adopted, standing('main'))).toEqual(new Set(['backup']));
    expect(collected(adopted)['tradewind_path_trial_choices_total{way=rescued}']).toBe(200);
  });

  test('is degraded, and says why, while it keeps messages off the way that is in force', () => {
    const trial = trialOf({ judgedEvery: 1_000_000 });
    const at = (nowMs: number, oldestInFlightAtMs: number): RoutingContext => ({
      ...CONTEXT,
      nowMs,
      load: (path) => ({
        waiting: 1,
        inFlight: 2,
        oldestInFlightAtMs: path === 'main' ? oldestInFlightAtMs : Infinity,
        status: 'up',
      }),
    });
    trial.plugin.route?.(message(1), at(9_000, 5_000));
    expect(trial.health()).toMatchObject({ status: 'up', reason: '' });
    for (let sequence = 2; sequence < 9; sequence += 1)
      trial.plugin.route?.(message(sequence), at(10_000 + sequence, 5_000));
    expect(trial.plugin.health()).toEqual({
      status: 'degraded',
      reason: 'main stands still: what would go there goes by backup until it answers again',
      sinceMs: 10_002,
    });
    trial.disable('a drill');
    expect(trial.health().reason).toBe('a drill');
    trial.enable();
    trial.plugin.route?.(message(9), at(12_000, 11_900));
    expect(trial.health()).toMatchObject({ status: 'up', sinceMs: 12_000 });
  });

  test('messages that say nothing about a path do not keep a better candidate out', () => {
    const trial = trialOf();
    for (let sequence = 0; sequence < 8_000; sequence += 1) {
      const routed = message(sequence);
      const path = trial.plugin.route?.(routed, CONTEXT)?.path ?? 'main';
      const kind = Math.imul(sequence, 0x9e37_79b1) >>> 0 < 0.05 * 2 ** 32 ? 'superseded' : 'sent';
      const handledMs = (path === 'main' ? 20 : 10) + (sequence % 3);
      const { publishedAtMs } = routed;
      trial.plugin.observe?.(outcome({ kind, sequence, publishedAtMs, path, waitedMs: 0, handledMs }));
    }
    expect(trial.report().adopted).toBe(true);
    expect(collected(trial)['tradewind_path_trial_outcomes_total{kind=withoutReward}']).toBeGreaterThan(300);
  });

  test('where all paths stand still, messages go the way that is in force', () => {
    const trial = trialOf();
    const still: RoutingContext = { ...CONTEXT, nowMs: 10_000 };
    expect(trial.plugin.route?.(message(1), still)).toBeUndefined();
  });

  test('the kill switch stops it at once, and the candidate goes on learning', () => {
    const candidate = backup();
    const trial = trialOf({ candidate, share: 0.5 });
    trial.disable('an experiment is over');
    expect(play(trial, 200, () => 1)['backup']).toBe(0);
    expect(candidate.seen).toHaveLength(200);
    expect(trial.health()).toMatchObject({ status: 'degraded', reason: 'an experiment is over' });
    trial.enable();
    expect(play(trial, 200, () => 1, 200)['backup']).toBeGreaterThan(50);
  });

  test('poisoned rewards are counted and left out', () => {
    const trial = trialOf({
      reward: { name: 'broken', of: ({ handledMs }) => (handledMs > 5 ? Number.NaN : -handledMs) },
    });
    let turn = 0;
    play(trial, 4_000, () => (turn++ % 10 === 0 ? 1e12 : 2));
    expect(collected(trial)['tradewind_path_trial_outcomes_total{kind=withoutReward}']).toBe(400);
    expect(trial.report().evidence?.incumbent.value).toBeCloseTo(-2, 6);
  });

  test('an attempt that failed is not the end of a message: what counts comes later', () => {
    const trial = trialOf({ share: 0.5 });
    for (let sequence = 0; sequence < 1_000; sequence += 1) {
      const routed = message(sequence);
      trial.plugin.route?.(routed, CONTEXT);
      const { publishedAtMs } = routed;
      trial.plugin.observe?.(outcome({ kind: 'failed', sequence, publishedAtMs, handledMs: 999 }));
      trial.plugin.observe?.(outcome({ kind: 'sent', sequence, publishedAtMs, waitedMs: 0, handledMs: 3 }));
    }
    expect(trial.judge().evidence?.incumbent.value).toBeCloseTo(-3, 6);
  });

  test('a judgement that fails switches the trial off instead of taking the process with it', () => {
    const later: (() => void)[] = [];
    const trial = trialOf({ judgedEvery: 64, later: (judge) => void later.push(judge) });
    play(trial, 64, () => 1);
    trial.judge = () => {
      throw new Error('planted');
    };
    later[0]?.();
    expect(trial.health()).toMatchObject({ status: 'degraded', reason: 'the judgement failed: Error: planted' });
  });

  test('a restored trial goes on with the verdict; a state that cannot be read changes nothing', () => {
    const trial = trialOf();
    play(trial, 8_000, latency(1, { main: 10, backup: 7 }));
    const other = trialOf();
    other.state.restore(trial.state.snapshot());
    expect(other.report().adopted).toBe(true);
    expect(() => other.state.restore({ version: 1, data: { adopted: 'yes' } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'data.adopted' }),
    );
    expect(other.report().adopted).toBe(true);
  });

  test('options that cannot be used are refused', () => {
    expect(() => trialOf({ share: 0.9 })).toThrow(expect.objectContaining({ path: 'share' }));
    expect(() => trialOf({ candidate: { name: 'no route' } })).toThrow(expect.objectContaining({ path: 'candidate' }));
  });
});
