import type { LanesView, Priority, SchedulingEvent } from '@tradewind/core-types';
import { QLearningRouter } from '../learning/q-learning-router.ts';
import { LANES } from '../scheduling/lanes.ts';

/**
 * Has the code of picks, events and replays compiled, on a router that is thrown away.
 *
 * The first calls of a program take many times as long as all later ones, and a client cuts a scheduler off that is slow three times in a row. It takes some ten milliseconds.
 */
export function warmUp(): void {
  const router = new QLearningRouter({ leastGain: 0, leastT: 0, maxTopics: TOPICS });
  for (let ticket = 1; ticket <= MESSAGES; ticket += 1) {
    const lane = (ticket % LANES) as Priority;
    const atMs = START_MS + ticket / 4;
    const message = {
      lane,
      ticket,
      topicId: 1 + (ticket % TOPICS),
      topic: `warm.${ticket % TOPICS}`,
      declaredPriority: lane,
    };
    const of = (kind: SchedulingEvent['kind'], servedMs: number): SchedulingEvent => {
      return { ...message, kind, deadlineMs: atMs + 100, atMs, waitedMs: 1, servedMs, ok: true };
    };
    router.observe(of('arrival', 0));
    router.pick(FOUR_LANES, atMs);
    router.observe(of('start', 0));
    router.observe(of('end', 0.1 + (ticket % 5) / 10));
  }
}

const TOPICS = 12;
const START_MS = 1_704_067_200_000;
/** Enough for a few windows to be recorded and replayed. */
const MESSAGES = 2_000;
const FOUR_LANES: LanesView = {
  depth: () => TOPICS,
  runnable: () => TOPICS,
  topicId: (lane, k) => 1 + ((lane + k) % TOPICS),
  arrivedAtMs: (_, k) => START_MS + k,
  deadlineMs: (lane) => (lane === 0 ? START_MS + 500 : Infinity),
};
