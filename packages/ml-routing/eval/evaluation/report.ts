import type { Target } from '../section.ts';
import { ESTIMATORS, covers, errorOf, type Estimator, type Judgement } from './evaluate.ts';
import type { LikeRun } from './like-paths.ts';
import { WORLDS } from './worlds.ts';
import { percent } from '../percent.ts';

export function meanError(judgements: readonly Judgement[], estimator: Estimator): number {
  return mean(judgements, ({ estimates, truth }) => errorOf(estimates[estimator], truth));
}

function coverage(judgements: readonly Judgement[], estimator: Estimator): number {
  return mean(judgements, ({ estimates, truth }) => (covers(estimates[estimator], truth) ? 1 : 0));
}

function gainCoverage(judgements: readonly Judgement[]): number {
  return mean(judgements, ({ gain }) => (covers(gain.estimate, gain.truth) ? 1 : 0));
}

/** The mean of the estimates less the truth, as a part of it: what does not cancel over runs. */
function bias(judgements: readonly Judgement[], estimator: Estimator): number {
  return mean(judgements, ({ estimates, truth }) => (estimates[estimator].value - truth) / Math.abs(truth));
}

function mean(judgements: readonly Judgement[], figure: (judgement: Judgement) => number): number {
  return judgements.reduce((sum, judgement) => sum + figure(judgement), 0) / judgements.length;
}

export function summarize(judgements: readonly Judgement[]): readonly Target[] {
  const worlds = [...new Set(judgements.map(({ world }) => world))].map((name) => ({
    name,
    own: judgements.filter(({ world }) => world === name),
  }));
  const worstError = worlds
    .map(({ name, own }) => ({ name, figure: meanError(own, 'doublyRobust') }))
    .reduce((worst, each) => (each.figure > worst.figure ? each : worst));
  const lowest = (figure: (own: readonly Judgement[]) => number): { name: string; figure: number } =>
    worlds
      .map(({ name, own }) => ({ name, figure: figure(own) }))
      .reduce((worst, each) => (each.figure < worst.figure ? each : worst));
  const error = meanError(judgements, 'doublyRobust');
  const held = coverage(judgements, 'doublyRobust');
  const heldGains = gainCoverage(judgements);
  const lowestValue = lowest((own) => coverage(own, 'doublyRobust'));
  const lowestGain = lowest(gainCoverage);
  return [
    {
      what: 'off-policy error, doubly robust, mean of all worlds',
      target: 'at most 4 %',
      measured: `${percent(error)}; worst world ${worstError.name} ${percent(worstError.figure)}`,
      reached: error <= 0.04,
    },
    {
      what: '95 % intervals of values that hold',
      target: 'at least 93 %',
      measured: `${percent(held)}; worst world ${lowestValue.name} ${percent(lowestValue.figure)}`,
      reached: held >= 0.93,
    },
    {
      what: '95 % intervals of gains over another policy that hold',
      target: 'at least 93 %',
      measured: `${percent(heldGains)}; worst world ${lowestGain.name} ${percent(lowestGain.figure)}`,
      reached: heldGains >= 0.93,
    },
  ];
}

/** A world on one line. */
export function line(world: string, judgements: readonly Judgement[]): string {
  const figures = ESTIMATORS.map(
    (estimator) =>
      `${estimator} ${percent(meanError(judgements, estimator))}, holds ${percent(coverage(judgements, estimator))}`,
  );
  return `${world}: ${figures.join('; ')}; gains hold ${percent(gainCoverage(judgements))}`;
}

/** What the page says below the targets. */
export function evaluationBody({
  judgements,
  seeds,
  choices,
  likeRuns,
  likeMessages,
}: {
  readonly judgements: readonly Judgement[];
  readonly seeds: string;
  readonly choices: number;
  readonly likeRuns: readonly LikeRun[];
  readonly likeMessages: number;
}): string {
  return [
    `Logs of ${choices.toLocaleString('en')} choices of a path, with seeds ${seeds}, on which nothing was tuned, in eight worlds that were made up for this. In each world`,
    'the log says what four other policies would have earned: always the second path, one by chance, the least loaded one, and mostly the least loaded one. The truth is known: it',
    'is the mean, over the contexts of the log, of what was to be expected. Errors are parts of the truth; an interval is meant to hold in 95 %.',
    '',
    '- `direct`: a linear model of the rewards alone. Its interval does not know that the model is wrong.',
    '- `ips`: inverse propensity scores. `snips`: the same, self-normalized.',
    '- `doublyRobust`: the model, corrected by the propensities where the log shows it to be wrong. What the gate goes by.',
    '',
    '![Mean error by world](learned-routing-evaluation.svg)',
    '',
    `| world | | ${ESTIMATORS.join(' | ')} | bias of doublyRobust | interval holds | gain holds |`,
    `|---|---|${ESTIMATORS.map(() => '---').join('|')}|---|---|---|`,
    ...WORLDS.map(({ name, what }) => {
      const own = judgements.filter(({ world }) => world === name);
      return row(name, what, own);
    }),
    row('**all**', '', judgements),
    '',
    '### How often chance lets in a candidate that is no better',
    '',
    `A \`PathTrial\` with its defaults and a candidate that sends everything by another path, ${likeMessages.toLocaleString('en')} messages each. Latencies are exponential, so that the two are hard to tell`,
    'apart. It is judged every 512 outcomes, on what it remembers of them, so the one chance in forty of a single judgement is taken many times over. The cost is the latency to be expected',
    'on the paths that were taken, over that of the usual path alone: what is tried and what is decided wrongly, together.',
    '',
    '| the candidate’s path | trials | let in at some time | in force, of all messages | costs, mean of the trials |',
    '|---|---|---|---|---|',
    ...likeGroups(likeRuns).map(
      ({ name, runs, letIn, inForce, costs }) =>
        `| ${name} | ${runs} | ${letIn} | ${percent(inForce)} | ${costs.toFixed(3)} |`,
    ),
    '',
    '### Limits',
    '',
    '- Runs of one seed share a log, so the intervals of its four policies are not independent: of 100 intervals of a world some five more or fewer may hold by chance.',
    '- Where one message in a hundred takes twenty times as long, twenty thousand choices are few: the error is that of the tail, for every estimator.',
    '- The estimates take a choice not to change what other choices earn. Paths that load themselves break that when a policy moves much of the traffic: the gate therefore goes on',
    '  comparing after it has let a policy in, and takes it back when it loses.',
    '- What `adopted()` of the router says of lanes is no estimate of this kind: the traffic is replayed under every policy, so there are no propensities and no model.',
    '',
  ].join('\n');
}

/** The trials of like paths, by how much slower the candidate's is. */
function likeGroups(runs: readonly LikeRun[]): readonly {
  readonly name: string;
  readonly runs: number;
  readonly letIn: number;
  readonly inForce: number;
  readonly costs: number;
}[] {
  return [...new Set(runs.map(({ excess }) => excess))].map((excess) => {
    const own = runs.filter((run) => run.excess === excess);
    const meanOf = (figure: (run: LikeRun) => number): number =>
      own.reduce((sum, run) => sum + figure(run), 0) / own.length;
    return {
      name: excess === 0 ? 'takes as long' : `takes ${percent(excess, 0)} longer`,
      runs: own.length,
      letIn: own.filter(({ letIn }) => letIn).length,
      inForce: meanOf(({ inForce }) => inForce),
      costs: meanOf(({ costs }) => costs),
    };
  });
}

/** The same for people, a line each. */
export function likeLines(runs: readonly LikeRun[]): readonly string[] {
  return likeGroups(runs).map(
    ({ name, runs: trials, letIn, inForce, costs }) =>
      `a candidate that ${name}: let in at some time in ${letIn} of ${trials} trials, in force for ${percent(inForce)} of the messages, costs ${costs.toFixed(3)}`,
  );
}

function row(name: string, what: string, own: readonly Judgement[]): string {
  return [
    `| ${name}`,
    what,
    ...ESTIMATORS.map((estimator) => percent(meanError(own, estimator))),
    percent(bias(own, 'doublyRobust')),
    percent(coverage(own, 'doublyRobust')),
    `${percent(gainCoverage(own))} |`,
  ].join(' | ');
}
