import { PRIORITIES, type LaneScheduler, type Priority, type SchedulingEvent } from '@tradewind/core-types';
import { oneOf, repeatableRandom } from '../samples/random.ts';
import { SampleLanes, type SampleMessage } from './sample-lanes.ts';

interface Waiting extends SampleMessage {
  readonly ticket: number;
}

/** How a scheduler is called: the rules put loans and checks between it and the lanes. */
export interface SchedulerCalls {
  pick(lanes: SampleLanes, nowMs: number): Priority;
  observe(event: SchedulingEvent): void;
}

const START_MS = 1_704_067_200_000;
const LEVELS: readonly [number, ...number[]] = [0, 1, 2, 8];
const TOPICS = 16;

/** The plain way to call a scheduler, with nothing in between. */
export function callsOf(scheduler: LaneScheduler): SchedulerCalls {
  return {
    pick: (lanes, nowMs) => scheduler.pick(lanes, nowMs),
    observe: (given) => scheduler.observe?.(given),
  };
}

/**
 * Lets a scheduler serve lanes under a changing load, the same in every run, and tells it of everything. Where it picks a lane without
 * runnable messages nothing is served, as on a client. Returns its picks.
 */
export function serve(calls: SchedulerCalls, half: 'first' | 'second' = 'first', steps = 400): readonly Priority[] {
  const random = repeatableRandom(half === 'first' ? 1 : 2);
  const lanes: Waiting[][] = [[], [], [], []];
  const picks: Priority[] = [];
  let nowMs = START_MS + (half === 'first' ? 0 : 1_000_000);
  let ticket = half === 'first' ? 0 : 1_000_000;
  for (let step = 0; step < steps; step += 1) {
    nowMs += random() * 3;
    for (const lane of PRIORITIES) {
      for (let arrivals = Math.floor(random() * oneOf(random, LEVELS)); arrivals > 0; arrivals -= 1) {
        ticket += 1;
        const deadlineMs = random() < 0.2 ? nowMs + random() * 50 : Infinity;
        const message = { ticket, topicId: Math.floor(random() * TOPICS), arrivedAtMs: nowMs, deadlineMs };
        lanes[lane]?.push(message);
        calls.observe(event('arrival', lane, message, nowMs));
      }
    }
    const view = new SampleLanes(lanes);
    if (view.choices.length === 0) continue;
    const pick = calls.pick(view, nowMs);
    picks.push(pick);
    const message = lanes[pick]?.shift();
    if (message === undefined) continue;
    finish(calls, { lane: pick, message, nowMs, random });
  }
  return picks;
}

interface Service {
  readonly lane: Priority;
  readonly message: Waiting;
  readonly nowMs: number;
  readonly random: () => number;
}

function finish(calls: SchedulerCalls, { lane, message, nowMs, random }: Service): void {
  if (message.deadlineMs < nowMs) return calls.observe(event('expired', lane, message, nowMs));
  if (random() < 0.02) return calls.observe(event(random() < 0.5 ? 'drop' : 'superseded', lane, message, nowMs));
  calls.observe(event('start', lane, message, nowMs));
  const servedMs = random() * 2;
  calls.observe({ ...event('end', lane, message, nowMs + servedMs), servedMs, ok: random() > 0.1 });
}

/** An event with everything that a scheduler may read. */
export function event(kind: SchedulingEvent['kind'], lane: Priority, message: Waiting, atMs: number): SchedulingEvent {
  return {
    kind,
    lane,
    ticket: message.ticket,
    topicId: message.topicId,
    topic: `data.topic.${message.topicId}`,
    declaredPriority: lane,
    deadlineMs: message.deadlineMs,
    atMs,
    waitedMs: kind === 'arrival' ? 0 : atMs - message.arrivedAtMs,
    servedMs: 0,
    ok: false,
  };
}
