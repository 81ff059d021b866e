import { collectYoung } from '../../../../tooling/bench/measure.ts';
import type { Contender, Target, Workload } from '../../../../tooling/bench/workload.ts';
import { Desk, HANDLER_MS, LANE_CAPACITY, OPENINGS_PER_SECOND, type LoadReport } from '../fixtures/desk.ts';

const UNLOADED = 0.3;
const OVERLOADED = 2;
/** Twice what can be handled leaves half of it; a third allows for a machine that has become faster since it was measured. */
const LEAST_SHED = 1 / 3;
const PAIRS = 2;
const PHASE_MS = 800;
const QUICK_PHASE_MS = 300;
const WARM_UP_MS = 200;
const US_PER_MS = 1000;

/** Unloaded and overloaded in turn, on one client. */
const overload =
  (sliceMs: number | undefined): Contender =>
  async ({ isQuick }) => {
    const desk = new Desk(sliceMs);
    const perSecond = await desk.capacityPerSecond();
    const phaseMs = isQuick ? QUICK_PHASE_MS : PHASE_MS;
    const unloaded: LoadReport[] = [];
    const overloaded: LoadReport[] = [];
    for (const factor of [UNLOADED, OVERLOADED]) await desk.run(factor * perSecond, WARM_UP_MS);
    const startMs = performance.now();
    const startCpu = process.cpuUsage();
    for (let i = 0; i < PAIRS; i += 1) {
      collectYoung();
      unloaded.push(await desk.run(UNLOADED * perSecond, phaseMs));
      collectYoung();
      overloaded.push(await desk.run(OVERLOADED * perSecond, phaseMs));
    }
    const elapsedMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(startCpu);
    const shed = Math.min(...overloaded.map(({ dataShed }) => dataShed));
    if (shed < LEAST_SHED)
      throw new Error(`Expected an overload that sheds at least ${LEAST_SHED} of the market data, it shed ${shed}.`);
    const [idle, busy] = [quantiles(unloaded), quantiles(overloaded)];
    return {
      unloadedP50Us: idle.p50,
      unloadedP99Us: idle.p99,
      overloadedP50Us: busy.p50,
      overloadedP99Us: busy.p99,
      p99Ratio: busy.p99 / idle.p99,
      capacityPerSecond: perSecond,
      dataShed: sum(overloaded, ({ dataShed }) => dataShed) / PAIRS,
      superseded: sum(overloaded, ({ superseded }) => superseded),
      tooLate: sum(overloaded, ({ tooLate }) => tooLate),
      measured: sum(overloaded, ({ latenciesMs }) => latenciesMs.length),
      // The loop never sleeps: the rest of the time the machine ran something else, of which both loads' p99 tell more than of the client.
      notRunningShare: Math.max(0, 1 - (user + system) / US_PER_MS / elapsedMs),
    };
  };

function quantiles(loads: readonly LoadReport[]): { readonly p50: number; readonly p99: number } {
  const sorted = Float64Array.from(loads.flatMap(({ latenciesMs }) => latenciesMs)).sort();
  const at = (share: number): number => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 1000;
  return { p50: at(0.5), p99: at(0.99) };
}

function sum(loads: readonly LoadReport[], of: (load: LoadReport) => number): number {
  return loads.reduce((total, load) => total + of(load), 0);
}

const target = (of: string): Target => ({ metric: 'p99Ratio', of, atMost: 2, unit: 'times the unloaded' });
const DEFAULT_SLICE = 'slices of 1 ms, the default';
const SHORT_SLICE = 'slices of 0.1 ms';

export const workloads: readonly Workload[] = [
  {
    name: 'overload',
    title: 'Opportunities while market data overloads the client',
    work:
      `A client with the router; a handler of market data of ${HANDLER_MS} ms, quotes in NORMAL (conflate) and trades in LOW (dropOldest), ${LANE_CAPACITY} places each, offered at ` +
      `${UNLOADED} and at ${OVERLOADED} times what the client was measured to handle in the same process, in turn. Beside it ${OPENINGS_PER_SECOND} opportunities a second, CRITICAL or ` +
      'HIGH by the default rules, each published twice within a millisecond. All at random times (Poisson) in an open loop on the thread of the client: latency from the intended ' +
      'time of the oldest unseen state to the handler that gets the newest, the wait for the event loop included. One opportunity in ten lives for half a millisecond and is in the accounts ' +
      'only, not in the latencies. The run fails unless every message is accounted for, and no opportunity is delivered after its expiry, after a newer state, or below HIGH. ' +
      'Other load on the machine lifts both p99 and hides their ratio: trust it where notRunningShare is below 0.01.',
    contenders: { [DEFAULT_SLICE]: overload(undefined), [SHORT_SLICE]: overload(0.1) },
    targets: [target(DEFAULT_SLICE), target(SHORT_SLICE)],
  },
];
