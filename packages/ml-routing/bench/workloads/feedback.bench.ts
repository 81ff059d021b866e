import { measureCpu } from '../../../../tooling/bench/measure.ts';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { makeLog } from '../../eval/evaluation/synthetic-log.ts';
import { WORLDS, type World } from '../../eval/evaluation/worlds.ts';
import { OffPolicyLog, PathTrial } from '../../src/index.ts';
import { StillContext, routable, sentOutcome } from '../fixtures/client-objects.ts';
import { NOW_MS } from '../fixtures/still-lanes.ts';

const MESSAGES = 500_000;
const LOGS = 20;
const CHOICES = 4_096;
/** What a decision about paths may cost, in nanoseconds. */
const MOST_NS = 1_500;

/** A candidate that always differs: each message is a choice that is logged and joined. Judgements are left out; they are made outside of the hot path. */
const trial: Contender = (scale) => {
  const decision = { path: 'b', reason: 'the second' };
  const { plugin } = new PathTrial({
    candidate: { name: 'second', route: () => decision },
    later: () => undefined,
    share: 0.5,
  });
  const load = { waiting: 3, inFlight: 2, oldestInFlightAtMs: NOW_MS, status: 'up' } as const;
  const context = new StillContext({ paths: ['a', 'b', 'c', 'd'], load });
  const message = routable('data.quotes.OKX.BTCUSDT');
  const outcome = sentOutcome(message.topic, 0.5, 1.5);
  return measureCpu(scale.count(MESSAGES), (count) => {
    for (let at = 0; at < count; at += 1) {
      message.sequence += 1;
      message.publishedAtMs += 0.25;
      outcome.path = plugin.route?.(message, context)?.path ?? 'a';
      outcome.sequence = message.sequence;
      outcome.publishedAtMs = message.publishedAtMs;
      plugin.observe?.(outcome);
    }
  });
};

const judgement: Contender = (scale) => {
  const { choices } = makeLog(WORLDS[0] as World, 1, CHOICES);
  return measureCpu(scale.count(LOGS), (count) => {
    for (let at = 0; at < count; at += 1) {
      new OffPolicyLog(choices).compare(
        () => [1, 0, 0, 0],
        () => [0, 1, 0, 0],
      );
    }
  });
};

export const workloads: readonly Workload[] = [
  {
    name: 'feedback-trial',
    title: 'A choice on trial',
    work: 'A message of which the way is drawn, logged with its propensity, and joined to its outcome; four paths. The candidate itself costs next to nothing here.',
    contenders: { 'path trial': trial },
    targets: [{ metric: 'cpuNsPerOperation', of: 'path trial', atMost: MOST_NS, unit: 'ns' }],
  },
  {
    name: 'feedback-judgement',
    title: 'A judgement of two policies',
    work: `What two policies would have earned on ${CHOICES.toLocaleString('en')} logged choices of four actions and five features, doubly robust. Not on the hot path.`,
    contenders: { 'off-policy log': judgement },
    targets: [],
  },
];
