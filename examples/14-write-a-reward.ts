// How do I say what a good path is, and find out whether another choice of paths would have been better?
import { OffPolicyLog, latencyReward, weightedReward, type LoggedChoice, type Reward } from '@tradewind/ml-routing';
import { seededRandom } from '@tradewind/core';
import type { Outcome } from '@tradewind/core-types';

// A reward looks at what became of a message: higher is better. This one charges a venue's gateway for what it rejects.
const noRejects: Reward = {
  name: 'no-rejects',
  of: ({ kind }) => (kind === 'failed' || kind === 'deadLettered' ? -1 : 0),
};
const reward = weightedReward([
  { reward: latencyReward({ givenUpMs: 20 }), weight: 1 },
  { reward: noRejects, weight: 50 },
]);
// With a client: createLearnedRouting({ paths: { trial: { reward } } }). Here the log of choices is made by hand.

const outcome = (some: Partial<Outcome>): Outcome => ({
  kind: 'sent',
  producer: 'desk',
  sequence: 0,
  topic: 'commands.orders.submit',
  priority: 0,
  path: 'fast',
  subscriptionId: undefined,
  deliveryCount: 1,
  publishedAtMs: 0,
  waitedMs: 0,
  handledMs: 0,
  reason: undefined,
  error: undefined,
  ...some,
});

// Two gateways: `fast` takes 4 ms and rejects a tenth of the orders, `sure` takes 6 ms and rejects none. They were chosen by the toss of a coin.
const random = seededRandom(3);
const choices = Array.from({ length: 4_000 }, (): LoggedChoice => {
  const action = random.next() < 0.5 ? 0 : 1;
  const handledMs = (action === 0 ? 4 : 6) * (0.5 + random.next());
  const kind = action === 0 && random.next() < 0.1 ? 'deadLettered' : 'sent';
  return { features: [], propensities: [0.5, 0.5], action, reward: reward.of(outcome({ kind, handledMs }), Infinity) };
});

const log = new OffPolicyLog(choices);
const { gain, t } = log.compare(
  () => [0, 1],
  () => [1, 0],
);
console.log(`reward: ${reward.name}`);
console.log(
  `always the sure one gains ${gain.value.toFixed(1)} a message, ${gain.low.toFixed(1)} to ${gain.high.toFixed(1)}`,
);
console.log(`beyond chance: ${t > 2}`);
