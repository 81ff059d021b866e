import {
  PRIORITIES,
  type LaneScheduler,
  type LanesView,
  type Priority,
  type RoutableMessage,
  type RoutingContext,
  type RoutingPlugin,
  type SchedulingEvent,
} from '@tradewind/core-types';
import { costOf, type SimulatedTopic, type Trace } from './trace.ts';

/** Who decides, and from which declarations. */
export interface Contender {
  readonly scheduler: LaneScheduler;
  /** May move messages to other lanes. */
  readonly plugin?: RoutingPlugin | undefined;
  /** Whether messages go to the lanes that publishers should have said. */
  readonly rightful?: boolean | undefined;
}

/** What became of a trace. Columns by message, in order of arrival. */
export interface SimulationResult {
  readonly cost: Float64Array;
  readonly waitedMs: Float64Array;
  readonly expired: Uint8Array;
}

/**
 * Plays a trace through four lanes and some workers, as a client does: a free worker takes the oldest message of the lane that the scheduler
 * picks, which is asked only when there is a choice; what has expired is given up when its turn comes.
 */
export function simulate(trace: Trace, contender: Contender): SimulationResult {
  const run = new SimulatedRun(trace, contender);
  run.play();
  return run.result;
}

class SimulatedRun implements LanesView {
  readonly result: SimulationResult;
  readonly #trace: Trace;
  readonly #contender: Contender;
  readonly #queues: readonly number[][] = [[], [], [], []];
  readonly #heads: [number, number, number, number] = [0, 0, 0, 0];
  readonly #lane: Uint8Array;
  readonly #freeAtMs: Float64Array;
  readonly #running: Int32Array;
  #next = 0;
  #nowMs = 0;

  constructor(trace: Trace, contender: Contender) {
    const messages = trace.topic.length;
    this.#trace = trace;
    this.#contender = contender;
    this.#lane = new Uint8Array(messages);
    this.#freeAtMs = new Float64Array(trace.workers);
    this.#running = new Int32Array(trace.workers).fill(-1);
    this.result = {
      cost: new Float64Array(messages),
      waitedMs: new Float64Array(messages),
      expired: new Uint8Array(messages),
    };
  }

  play(): void {
    const { arrivedAtMs } = this.#trace;
    const { scheduler } = this.#contender;
    for (;;) {
      const worker = this.#freeAtMs.indexOf(Math.min(...this.#freeAtMs));
      this.#nowMs = Math.max(this.#nowMs, this.#freeAtMs[worker] as number);
      const lanes = PRIORITIES.filter((lane) => this.runnable(lane) > 0);
      if (lanes.length === 0) {
        if (this.#next >= arrivedAtMs.length) break;
        this.#nowMs = Math.max(this.#nowMs, arrivedAtMs[this.#next] as number);
      }
      if (this.#catchUp()) continue;
      const [only] = lanes;
      if (only === undefined) continue;
      const lane = lanes.length === 1 ? only : scheduler.pick(this, this.#nowMs);
      this.#serve(this.#shift(lane), worker);
    }
    while (this.#endOne(Infinity)) continue;
  }

  depth(lane: Priority): number {
    return this.runnable(lane);
  }

  runnable(lane: Priority): number {
    return (this.#queues[lane]?.length ?? 0) - this.#heads[lane];
  }

  topicId(lane: Priority, k: number): number {
    return (this.#trace.topic[this.#message(lane, k)] as number) + 1;
  }

  arrivedAtMs(lane: Priority, k: number): number {
    return this.#trace.arrivedAtMs[this.#message(lane, k)] as number;
  }

  deadlineMs(lane: Priority, k: number): number {
    return this.#trace.deadlineMs[this.#message(lane, k)] as number;
  }

  #message(lane: Priority, k: number): number {
    return this.#queues[lane]?.[this.#heads[lane] + k] as number;
  }

  #shift(lane: Priority): number {
    const message = this.#message(lane, 0);
    this.#heads[lane] += 1;
    return message;
  }

  /** Everything up to now, in the order in which it happened. Whether something did. */
  #catchUp(): boolean {
    const { arrivedAtMs } = this.#trace;
    const from = this.#next;
    while (this.#next < arrivedAtMs.length && (arrivedAtMs[this.#next] as number) <= this.#nowMs) {
      if (this.#endOne(arrivedAtMs[this.#next] as number)) continue;
      this.#arrive(this.#next);
      this.#next += 1;
    }
    while (this.#endOne(this.#nowMs)) continue;
    return this.#next > from;
  }

  #arrive(message: number): void {
    const topic = this.#topicOf(message);
    const { plugin, rightful } = this.#contender;
    const declared = rightful === true ? topic.rightful : topic.declared;
    const lane = plugin?.route?.(routable(topic, declared, message), NO_CONTEXT)?.priority ?? declared;
    this.#lane[message] = lane;
    this.#queues[lane]?.push(message);
    this.#tell('arrival', message, this.#trace.arrivedAtMs[message] as number);
  }

  #serve(message: number, worker: number): void {
    const topic = this.#topicOf(message);
    const arrivedAtMs = this.#trace.arrivedAtMs[message] as number;
    const deadlineMs = this.#trace.deadlineMs[message] as number;
    const expired = deadlineMs <= this.#nowMs;
    const waitedMs = (expired ? deadlineMs : this.#nowMs) - arrivedAtMs;
    this.result.waitedMs[message] = waitedMs;
    this.result.expired[message] = expired ? 1 : 0;
    this.result.cost[message] = costOf(topic, waitedMs, expired);
    this.#tell(expired ? 'expired' : 'start', message, this.#nowMs);
    if (expired) return;
    this.#running[worker] = message;
    this.#freeAtMs[worker] = this.#nowMs + (this.#trace.servedMs[message] as number);
  }

  /** Ends the service that is over first, if that is by then. */
  #endOne(byMs: number): boolean {
    let worker = -1;
    for (let each = 0; each < this.#running.length; each += 1) {
      if ((this.#running[each] as number) < 0 || (this.#freeAtMs[each] as number) > byMs) continue;
      if (worker < 0 || (this.#freeAtMs[each] as number) < (this.#freeAtMs[worker] as number)) worker = each;
    }
    if (worker < 0) return false;
    const message = this.#running[worker] as number;
    this.#running[worker] = -1;
    this.#tell('end', message, this.#freeAtMs[worker] as number);
    return true;
  }

  #tell(kind: SchedulingEvent['kind'], message: number, atMs: number): void {
    const { scheduler, rightful } = this.#contender;
    if (scheduler.observe === undefined) return;
    const topic = this.#topicOf(message);
    scheduler.observe({
      kind,
      lane: this.#lane[message] as Priority,
      ticket: message + 1,
      topicId: (this.#trace.topic[message] as number) + 1,
      topic: topic.topic,
      declaredPriority: rightful === true ? topic.rightful : topic.declared,
      deadlineMs: this.#trace.deadlineMs[message] as number,
      atMs,
      waitedMs: kind === 'arrival' ? 0 : (this.result.waitedMs[message] as number),
      servedMs: kind === 'end' ? (this.#trace.servedMs[message] as number) : 0,
      ok: true,
    });
  }

  #topicOf(message: number): SimulatedTopic {
    return this.#trace.topics[this.#trace.topic[message] as number] as SimulatedTopic;
  }
}

function routable({ topic, allowanceMs }: SimulatedTopic, declared: Priority, sequence: number): RoutableMessage {
  return {
    topic,
    payload: undefined,
    sequence,
    priority: declared,
    declaredPriority: declared,
    publishedAtMs: 0,
    orderingKey: undefined,
    expiresAtMs: allowanceMs === Infinity ? undefined : allowanceMs,
    headers: undefined,
    path: undefined,
  };
}

/** Nothing of it is looked at by the plugins that are compared here. */
const NO_CONTEXT: RoutingContext = {
  nowMs: 0,
  paths: [],
  fact: () => undefined,
  set: () => undefined,
  load: () => undefined,
};
