import type { Outcome, RoutableMessage, RoutingContext } from '@tradewind/core-types';
import { PathTrial } from '../../src/index.ts';
import { Dice } from '../random.ts';

/** One trial of a candidate that sends everything by another path. */
export interface LikeRun {
  /** By what the candidate's path takes longer, as a part; 0: the two are alike. */
  readonly excess: number;
  /** Whether the candidate was ever let in. */
  readonly letIn: boolean;
  /** The part of the messages during which it decided. */
  readonly inForce: number;
  /** What the trial cost: the latency to be expected on the paths that were taken, over that of the usual path alone. */
  readonly costs: number;
}

/** How chance deals with a candidate that is no better: latencies are exponential, so the two paths are hard to tell apart. */
export function tryLikePath(seed: number, excess: number, messages: number): LikeRun {
  const dice = new Dice(seed);
  const decision = { path: 'other', reason: 'always the other path' };
  // Judged at once: there is no event loop to spare.
  const trial = new PathTrial({
    candidate: { name: 'other', route: () => decision },
    later: (judge) => judge(),
    seed,
  });
  let inForce = 0;
  let expectedMs = 0;
  let letIn = false;
  for (let sequence = 1; sequence <= messages; sequence += 1) {
    const publishedAtMs = sequence * EVERY_MS;
    const path = trial.plugin.route?.({ ...MESSAGE, sequence, publishedAtMs }, CONTEXT)?.path ?? 'usual';
    const meanMs = path === 'usual' ? MEAN_MS : MEAN_MS * (1 + excess);
    const latencyMs = dice.exponential(meanMs);
    expectedMs += meanMs;
    trial.plugin.observe?.({ ...SENT, sequence, publishedAtMs, path, waitedMs: latencyMs });
    if (!trial.report().adopted) continue;
    letIn = true;
    inForce += 1;
  }
  return { excess, letIn, inForce: inForce / messages, costs: expectedMs / messages / MEAN_MS };
}

const MEAN_MS = 10;
const EVERY_MS = 5;

const MESSAGE: RoutableMessage = {
  topic: 'data.quotes.OKX.BTCUSDT',
  payload: undefined,
  sequence: 0,
  priority: 2,
  declaredPriority: 2,
  publishedAtMs: 0,
  orderingKey: undefined,
  expiresAtMs: undefined,
  headers: undefined,
  path: undefined,
};

const SENT: Outcome = {
  kind: 'sent',
  producer: 'desk',
  sequence: 0,
  topic: MESSAGE.topic,
  priority: 2,
  path: 'usual',
  subscriptionId: undefined,
  deliveryCount: 1,
  publishedAtMs: 0,
  waitedMs: 0,
  handledMs: 0,
  reason: undefined,
  error: undefined,
};

const CONTEXT: RoutingContext = {
  nowMs: 0,
  paths: ['usual', 'other'],
  fact: () => undefined,
  set: () => undefined,
  load: () => undefined,
};
