import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { HdrHistogram } from '../measuring/histogram.ts';
import { Receipts } from '../measuring/receipts.ts';
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
const NS_PER_MS = 1e6;
const NS_PER_US = 1000;

/** Ten thousand requests that are all open at once. */
export const inFlight: Workload = {
  name: 'requests-in-flight',
  work: 'Makes 10,000 requests before the first one is answered, then answers all and checks each answer, again and again. A bus without requests has them made by hand: a topic for requests, one for replies, and a map of those that wait.',
  needs: [],
  shows: [
    { metric: 'cpuNsPerRequest', better: 'less' },
    { metric: 'p99Us', better: 'less' },
  ],
  prepare: async (bus, settings) => {
    const desk = new RequestDesk(bus);
    if (settings.warmUpMessages === undefined) await warmUp(() => desk.round(), WARM_UP);
    else await desk.round();
    desk.latency = new HdrHistogram();
    return () => measure(desk, settings);
  },
};

async function measure(desk: RequestDesk, { measureMs }: WorkloadSettings): Promise<Measurement> {
  const cpu = process.cpuUsage();
  const before = desk.asked;
  const untilMs = performance.now() + measureMs;
  let rounds = 0;
  do {
    await desk.round();
    rounds += 1;
  } while (performance.now() < untilMs && rounds < MAX_ROUNDS - 1);
  const { user, system } = process.cpuUsage(cpu);
  const messages = desk.asked - before;
  const receipts = desk.receipts.report(desk.asked);
  const wrong = desk.asked - receipts.received;
  return {
    messages,
    metrics: {
      cpuNsPerRequest: ((user + system) * NS_PER_US) / messages,
      openAtOnce: desk.openAtOnce,
      ...latencyMetrics(desk.latency),
    },
    receipts,
    problems: wrong === 0 ? [] : [`answered ${wrong} of ${desk.asked} requests wrongly`],
    latency: desk.latency,
  };
}

/** Asks and answers: with the requests of the bus, or by hand. */
class RequestDesk {
  readonly receipts: Receipts = new Receipts({ messages: IN_FLIGHT * MAX_ROUNDS });
  latency: HdrHistogram = new HdrHistogram();
  readonly #request: (payload: number) => Promise<number>;
  readonly #open: (() => void)[] = [];
  asked = 0;
  /** The most that were ever waiting for their answers together. */
  openAtOnce = 0;

  constructor(bus: BusUnderTest) {
    this.#request = requestsOver(bus, {
      endpoint: ENDPOINT,
      priority: Priority.NORMAL,
      respond: (payload, respond) => {
        this.#open.push(() => respond(payload + 1));
      },
    });
  }

  /** All requests, then all answers. */
  async round(): Promise<void> {
    const answers: Promise<void>[] = [];
    for (let i = 0; i < IN_FLIGHT; i += 1) answers.push(this.#ask(this.asked++));
    while (this.#open.length < IN_FLIGHT) await new Promise((resolve) => setImmediate(resolve));
    this.openAtOnce = Math.max(this.openAtOnce, this.#open.length);
    for (const answer of this.#open.splice(0)) answer();
    await Promise.all(answers);
  }

  async #ask(payload: number): Promise<void> {
    const startMs = performance.now();
    if ((await this.#request(payload)) !== payload + 1) return;
    this.latency.record((performance.now() - startMs) * NS_PER_MS);
    this.receipts.record(payload);
  }
}
