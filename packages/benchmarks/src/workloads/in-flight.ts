import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { LatencyRecorder } from '../measuring/latency-recorder.ts';
import { Receipts } from '../measuring/receipts.ts';
import { endsBeforeStandstill } from '../measuring/standstill.ts';
import { REAL_TIME, type TimeSource } from '../measuring/time-source.ts';
import { warmUp, type WarmUpOptions } from '../measuring/warm-up.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { requestsOver } from './requests.ts';
import type { Measurement, Workload, WorkloadSettings } from './workload.ts';

const IN_FLIGHT = 10_000;
const ENDPOINT = 'RiskEngine.check';
/** So many rounds of requests at most: a bit of the ledger for each. */
const MAX_ROUNDS = 1000;
/** Rounds until the CPU time of one is steady, and 0.3 s of it at least. */
const WARM_UP: WarmUpOptions = { minCpuMs: 300, maxCpuMs: 600, maxRuns: 30 };
const NS_PER_US = 1000;

/** Ten thousand requests that are all open at once. */
export const inFlight: Workload = {
  name: 'requests-in-flight',
  work: 'Makes 10,000 requests before the first one is answered, then answers all and checks each answer, again and again: a closed loop. Latency from the call of a request to its answer, which waits for all others of its round. A bus without requests has them made by hand: a topic for requests, one for replies, and a map of those that wait.',
  needs: [],
  shows: [
    { metric: 'cpuNsPerRequest', better: 'less' },
    { metric: 'p99Us', better: 'less' },
  ],
  prepare: async (bus, settings) => {
    const time = settings.time ?? REAL_TIME;
    const desk = new RequestDesk(bus, time);
    if (settings.warmUpMessages === undefined) await warmUp(() => desk.round(), WARM_UP);
    else await desk.round();
    desk.latency = new LatencyRecorder(time);
    return () => measure(desk, settings);
  },
};

async function measure(desk: RequestDesk, { measureMs }: WorkloadSettings): Promise<Measurement> {
  const cpu = process.cpuUsage();
  const before = desk.asked;
  const untilMs = performance.now() + measureMs;
  for (let rounds = 0; rounds < MAX_ROUNDS - 1 && !desk.isStuck; rounds += 1) {
    await desk.round();
    if (performance.now() >= untilMs) break;
  }
  const { user, system } = process.cpuUsage(cpu);
  const messages = desk.asked - before;
  return {
    messages,
    metrics: {
      cpuNsPerRequest: ((user + system) * NS_PER_US) / messages,
      openAtOnce: desk.openAtOnce,
      ...latencyMetrics(desk.latency.histogram),
    },
    receipts: desk.receipts.report(desk.asked),
    problems: [
      ...desk.problems(),
      ...(messages === 0 ? ['came to a standstill in the warm-up: nothing was measured'] : []),
    ],
    latency: desk.latency.histogram,
  };
}

/** Asks and answers: with the requests of the bus, or by hand. */
class RequestDesk {
  readonly receipts: Receipts = new Receipts({ messages: IN_FLIGHT * MAX_ROUNDS });
  /** From the call of a request to its answer. */
  latency: LatencyRecorder;
  readonly #time: TimeSource;
  readonly #request: (payload: number) => Promise<number>;
  readonly #open: (() => void)[] = [];
  #onAllOpen: () => void = () => undefined;
  #wrong = 0;
  asked = 0;
  /** The most that were ever waiting for their answers together. */
  openAtOnce = 0;
  /** Whether a round did not end: what is still waiting then waits for something that was lost. */
  isStuck = false;

  constructor(bus: BusUnderTest, time: TimeSource) {
    this.#time = time;
    this.latency = new LatencyRecorder(time);
    this.#request = requestsOver(bus, {
      endpoint: ENDPOINT,
      priority: Priority.NORMAL,
      respond: (payload, respond) => {
        if (this.#open.push(() => respond(payload + 1)) === IN_FLIGHT) this.#onAllOpen();
      },
    });
  }

  /** All requests, then all answers: those of the requests that came, where one is lost. None once it is stuck. */
  async round(): Promise<void> {
    if (this.isStuck) return;
    const allOpen = new Promise<void>((resolve) => {
      this.#onAllOpen = resolve;
    });
    const answers: Promise<void>[] = [];
    for (let i = 0; i < IN_FLIGHT; i += 1) answers.push(this.#ask(this.asked++));
    const allAnswered = Promise.all(answers);
    // One that fails fails the round, below; until then it is not one that nobody takes.
    allAnswered.catch(() => undefined);
    await endsBeforeStandstill(allOpen, () => this.#open.length);
    this.openAtOnce = Math.max(this.openAtOnce, this.#open.length);
    for (const answer of this.#open.splice(0)) answer();
    this.isStuck = !(await endsBeforeStandstill(allAnswered, () => this.receipts.received));
  }

  /** What is wrong with the answers so far, a phrase each. */
  problems(): readonly string[] {
    const lost = this.asked - this.receipts.received - this.#wrong;
    return [
      ...(lost > 0 ? [`lost ${lost} of ${this.asked} answers`] : []),
      ...(this.#wrong > 0 ? [`answered ${this.#wrong} of ${this.asked} requests wrongly`] : []),
    ];
  }

  async #ask(payload: number): Promise<void> {
    const startMs = this.#time.nowMs();
    if ((await this.#request(payload)) !== payload + 1) {
      this.#wrong += 1;
      return;
    }
    this.latency.record(startMs);
    this.receipts.record(payload);
  }
}
