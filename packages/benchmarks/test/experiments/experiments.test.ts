import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { scaleOf, type Experiment, type Target } from '../../src/experiments/experiment.ts';
import { experimentLines, experimentPage } from '../../src/experiments/page.ts';
import { withNewer, type RecordedExperiment } from '../../src/experiments/report.ts';
import { runRounds, type Attempts } from '../../src/experiments/rounds.ts';
import { summarize } from '../../src/experiments/verdicts.ts';
import { fingerprint } from '../../src/measuring/fingerprint.ts';

const TARGETS: readonly Target[] = [
  { metric: 'p50Us', of: 'ours', atMost: 100, unit: 'µs' },
  { metric: 'rate', of: 'ours', against: 'theirs', atLeast: 10, unit: '' },
  { metric: 'rate', of: 'absent', atLeast: 1, unit: '' },
];

function experimentOf(contenders: Experiment['contenders'], name = 'speed'): Experiment {
  return {
    name,
    title: 'Speed | of it',
    work: 'Goes.',
    metrics: ['p50Us', 'rate', 'other'],
    contenders,
    targets: TARGETS,
  };
}

const ATTEMPTS: Attempts = {
  ours: [
    { round: 0, tookMs: 5, metrics: { p50Us: 90, rate: 50 } },
    { round: 1, tookMs: 5, metrics: { p50Us: 110, rate: 80 } },
    { round: 2, tookMs: 5, failure: 'lost 1 of 10 messages' },
  ],
  theirs: [
    { round: 0, tookMs: 5, failure: 'no server' },
    { round: 1, tookMs: 5, metrics: { rate: 10, p50Us: Number.NaN } },
    { round: 2, tookMs: 5, metrics: { rate: 1, p50Us: 7 } },
  ],
};

test('a scale is in full, or short', () => {
  expect(scaleOf(false).count(5000)).toBe(5000);
  expect(scaleOf(true).count(5000)).toBe(500);
  expect([scaleOf(false).duration(600, 5), scaleOf(true).duration(600, 5)]).toEqual([600, 5]);
});

test('medians and ranges are of the rounds that have figures, ratios of rounds in which both sides have', () => {
  const result = summarize(experimentOf({}), ATTEMPTS);
  expect(result.contenders).toEqual([
    {
      contender: 'ours',
      medians: { p50Us: 100, rate: 65 },
      ranges: { p50Us: { least: 90, greatest: 110 }, rate: { least: 50, greatest: 80 } },
      failures: ['lost 1 of 10 messages'],
    },
    {
      contender: 'theirs',
      medians: { rate: 5.5, p50Us: 7 },
      ranges: { rate: { least: 1, greatest: 10 } },
      failures: ['no server'],
    },
  ]);
  const [bound, ratio, absent] = result.verdicts;
  const failed = { failed: 1, of: 3 };
  expect(bound).toMatchObject({ reached: 100, range: { least: 90, greatest: 110 }, failedRounds: failed });
  expect(ratio).toMatchObject({ reached: 8, isReached: false, failedRounds: { failed: 2, of: 3 } });
  expect(absent).toMatchObject({ reached: null, isReached: false });
});

test('a target is missed when its contender failed in any round, though the others reach it', () => {
  const verdictOf = (attempts: Attempts, target: Target) =>
    summarize({ ...experimentOf({}), targets: [target] }, attempts).verdicts[0];
  const target: Target = { metric: 'rate', of: 'ours', atLeast: 10, unit: '' };
  const good = [0, 1, 2].map((round) => ({ round, tookMs: 5, metrics: { rate: 50 } }));
  const lossy = [{ round: 0, tookMs: 5, failure: 'lost 1 of 10 messages' }, ...good.slice(1)];
  expect(verdictOf({ ours: good }, target)).toEqual({
    target,
    reached: 50,
    range: { least: 50, greatest: 50 },
    isReached: true,
  });
  expect(verdictOf({ ours: lossy }, target)).toMatchObject({ isReached: false, failedRounds: { failed: 1, of: 3 } });
  // A peer that fails does not make a ratio worse, and is told.
  const ratio: Target = { ...target, against: 'theirs', atLeast: 1 };
  const failedPeer = verdictOf({ ours: good, theirs: lossy }, ratio);
  expect(failedPeer).toMatchObject({ reached: 1, isReached: true, failedRounds: { failed: 1, of: 3 } });
});

test('a run that fails does not end the others; every contender runs once a round', async () => {
  const order: string[] = [];
  const run = (name: string) => async () => {
    order.push(name);
    return { p50Us: order.length };
  };
  const failing = () => Promise.reject(new Error('not today'));
  const experiment = experimentOf({ a: run('a'), b: run('b'), c: failing, d: run('d') });
  const seen: number[] = [];
  const attempts = await runRounds([experiment], {
    rounds: 6,
    isQuick: true,
    seed: 1,
    onRun: ({ done, total }) => seen.push(done / total),
  });
  expect(attempts.get('speed')?.['a']).toHaveLength(6);
  expect(attempts.get('speed')?.['c']?.[5]).toMatchObject({ round: 5, failure: 'not today' });
  expect(seen).toHaveLength(24);
  const rounds = Array.from({ length: 6 }, (_, round) => order.slice(3 * round, 3 * round + 3));
  for (const round of rounds) expect([...round].sort()).toEqual(['a', 'b', 'd']);
  expect(new Set(rounds.map(String)).size).toBeGreaterThan(1);
});

test('an experiment may have fewer rounds than its set', async () => {
  const run = () => Promise.resolve({ p50Us: 1 });
  const long = { ...experimentOf({ a: run }, 'long'), fewerRounds: { rounds: 1, why: 'it is long' } };
  const rounds: number[] = [];
  const totals = new Set<number>();
  const attempts = await runRounds([long, experimentOf({ a: run }, 'short')], {
    rounds: 3,
    isQuick: false,
    seed: 1,
    onRun: ({ total }) => totals.add(total),
    onRound: (sofar) => rounds.push(sofar.get('short')?.['a']?.length ?? 0),
  });
  expect(attempts.get('long')?.['a']).toHaveLength(1);
  expect(attempts.get('short')?.['a']).toHaveLength(3);
  expect(rounds).toEqual([1, 2, 3]);
  expect([...totals]).toEqual([4]);
});

test('when the time is over no further experiment begins, and the one under way is brought to its end', async () => {
  const slow = () => sleep(30).then(() => ({ p50Us: 1 }));
  const attempts = await runRounds([experimentOf({ a: slow, b: slow }, 'first'), experimentOf({ a: slow }, 'second')], {
    rounds: 3,
    budgetMs: 20,
    isQuick: false,
    seed: 1,
    onRun: () => undefined,
  });
  expect(attempts.get('first')).toMatchObject({ a: [{ round: 0 }], b: [{ round: 0 }] });
  expect(attempts.get('second')).toEqual({ a: [] });
});

function recorded(name: string, extra: Partial<RecordedExperiment> = {}): RecordedExperiment {
  return {
    result: { ...summarize(experimentOf({}), ATTEMPTS), name },
    fingerprint: fingerprint(),
    servers: ['redis-server 7.0.15'],
    rounds: 3,
    isQuick: false,
    tookMs: 1000,
    ...extra,
  };
}

test('newer results take the place of older ones, in the order of the page; what there is no more is left out', () => {
  const before = { recorded: [recorded('gone'), recorded('b'), recorded('a')] };
  const newer = [recorded('b', { rounds: 9 })];
  const names = (report: { recorded: readonly RecordedExperiment[] }) =>
    report.recorded.map(({ result, rounds }) => `${result.name} ${rounds}`);
  const experiments = ['a', 'b', 'c'].map((name) => experimentOf({}, name));
  expect(names(withNewer(before, newer, experiments))).toEqual(['a 3', 'b 9']);
  expect(names(withNewer(undefined, newer, experiments))).toEqual(['b 9']);
});

test('a verdict on a target that the experiment has no more is not counted any longer', () => {
  const experiment = experimentOf({}, 'a');
  const [kept, ...dropped] = experiment.targets;
  if (kept === undefined) throw new Error('Expected an experiment with targets.');
  const { recorded: all } = withNewer(undefined, [recorded('a')], [experiment]);
  expect(all[0]?.result.verdicts).toHaveLength(1 + dropped.length);
  const { recorded: fewer } = withNewer(undefined, [recorded('a')], [{ name: 'a', targets: [kept] }]);
  expect(fewer[0]?.result.verdicts.map(({ target }) => target)).toEqual([kept]);
  expect(withNewer(undefined, [recorded('a')], [{ name: 'a', targets: [] }]).recorded[0]?.result.verdicts).toEqual([]);
});

const TEXT = { title: 'Title', introduction: ['How.'], targetsTitle: 'Claims', command: 'npm run bench -- claims' };

test('the page tells every claim with its command, and a miss with its size', () => {
  const page = experimentPage(TEXT, { recorded: [recorded('speed')] });
  expect(page).toContain('Reached: 0 of 3.');
  expect(page).toContain(
    '| Speed \\| of it | rate | ours | theirs | at least 10x | 8x | **missed** by 1.25x: 2 of 3 rounds failed | `npm run bench -- claims --only speed` |',
  );
  expect(page).toContain('| at most 100 µs | 100 µs (90-110) | **missed**: 1 of 3 rounds failed |');
  expect(page).toContain('| at least 1 | - | **missed**: not measured |');
  expect(page).toContain('| ours (some rounds failed: lost 1 of 10 messages) | 100 (90-110) | 65 (50-80) |');
  expect(page).toContain('redis-server 7.0.15');
  expect(page).not.toContain('other');
  expect(page).not.toContain('quick');
});

test('an experiment in which nobody got through has a table too', () => {
  const failed: Attempts = { ours: [{ round: 0, tookMs: 5, failure: 'no server' }] };
  const page = experimentPage(TEXT, {
    recorded: [{ ...recorded('speed'), result: summarize(experimentOf({}), failed) }],
  });
  expect(page).toContain('| | outcome |\n|---|---:|\n| ours | failed: no server |');
});

test.each([
  [
    'repeated',
    { roundsWanted: 3 },
    '--only speed`: 3 rounds, medians, in brackets the least and the greatest of the rounds;',
  ],
  ['ended early', { rounds: 1, roundsWanted: 3 }, '--only speed`: **1 round of 3: the time was over**, no spread;'],
  ['run once on purpose', { rounds: 1, roundsWanted: 1, whyFewer: 'it is long' }, '`: 1 round, since it is long;'],
  [
    'asked for once',
    { rounds: 1, roundsWanted: 1, roundsAsked: 1 },
    '--only speed --rounds 1`: one round, as the command says,',
  ],
  ['timed by itself', { runsTookMs: 2500 }, '; its runs took 2.5 s.'],
])('an experiment that was %s says so', (_, extra, text) => {
  expect(experimentPage(TEXT, { recorded: [recorded('speed', extra)] })).toContain(text);
});

test('who cannot do the work is told with the reason, and is no failure', () => {
  const experiment = { ...experimentOf({}), cannot: { slow: 'carries less' } };
  const result = summarize(experiment, ATTEMPTS);
  expect(result.contenders.at(-1)).toMatchObject({ contender: 'slow', failures: [], cannot: 'carries less' });
  expect(experimentLines([result])).toContain('  slow: cannot: carries less');
  const page = experimentPage(TEXT, { recorded: [{ ...recorded('speed'), result }] });
  expect(page).toContain('| slow | cannot: carries less |  |');
});

test('a quick run is said to be one', () => {
  const page = experimentPage(TEXT, { recorded: [recorded('speed', { isQuick: true })] });
  expect(page).toContain('**A quick run');
  expect(page).toContain('`npm run bench -- claims --only speed --quick`');
});

test('a terminal gets a line for each contender and target', () => {
  expect(experimentLines([summarize(experimentOf({}), ATTEMPTS)])).toEqual([
    'Speed | of it',
    '  ours: p50Us 100 (90-110), rate 65 (50-80) FAILED: lost 1 of 10 messages',
    '  theirs: p50Us 7, rate 5.5 (1-10) FAILED: no server',
    '  MISSED  ours p50Us: 100 µs (90-110) (at most 100 µs): 1 of 3 rounds failed',
    '  MISSED  ours / theirs rate: 8x (at least 10x): 2 of 3 rounds failed',
    '  MISSED  absent rate: - (at least 1)',
  ]);
});
