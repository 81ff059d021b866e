import { Priority } from '@tradewind/core-types';
import { constantLoad } from '../load/steady-shapes.ts';
import { Receipts } from '../measuring/receipts.ts';
import { PacedRun, latencyMetrics } from './paced-run.ts';
import { drawUpAccount } from './settling.ts';
import { spin } from './spin.ts';
import type { Workload } from './workload.ts';

const CRITICAL_TOPIC = 'commands.risk.halt';
const LOW_TOPIC = 'data.bars.BINANCE.BTCUSDT';
const CRITICAL_PER_SECOND = 1000;
const LOW_WORK_US = 10;
/** The backlog takes this much longer than the measured part, so that CRITICAL never finds the bus idle. */
const BACKLOG_FACTOR = 1.3;
const US_PER_MS = 1000;

/** CRITICAL messages while a backlog of LOW ones keeps the bus saturated: who is served, and is the backlog still worked off? */
export const priorityFairness: Workload = {
  name: 'priority-fairness',
  work: 'Publishes a backlog of LOW messages of 10 µs of work each, then offers 1,000 CRITICAL messages a second; latency of CRITICAL from the intended time to the handler, and until LOW is worked off.',
  needs: ['queue'],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'lowPerSecond', better: 'more' },
  ],
  prepare: async (bus, settings) => {
    const backlog = Math.ceil((settings.measureMs * US_PER_MS * BACKLOG_FACTOR) / LOW_WORK_US);
    let current: PacedRun | undefined;
    const low = new Receipts({ messages: backlog + WARM_UP });
    let lowEndMs = Number.NaN;
    bus.subscribe({ pattern: CRITICAL_TOPIC, handler: (probe) => current?.arrived(probe) });
    bus.subscribe({
      pattern: LOW_TOPIC,
      handler: (probe) => {
        spin(LOW_WORK_US);
        low.record(probe.index);
        lowEndMs = performance.now();
      },
    });
    const sendLow = (from: number, to: number): void => {
      for (let index = from; index < to; index += 1) {
        bus.publish(LOW_TOPIC, { index, stream: 0, intendedAtMs: performance.now() }, Priority.LOW);
      }
    };
    sendLow(0, WARM_UP);
    await bus.settle();
    return async () => {
      const shape = constantLoad({ perSecond: CRITICAL_PER_SECOND, durationMs: settings.measureMs });
      const run = new PacedRun(bus, { shape, topics: [CRITICAL_TOPIC], priority: Priority.CRITICAL }, settings.seed);
      current = run;
      const startMs = performance.now();
      sendLow(WARM_UP, WARM_UP + backlog);
      const report = await run.send();
      const deliveries = report.sent + WARM_UP + backlog;
      const critical = await run.account(report, deliveries);
      const rest = await drawUpAccount({ bus, receipts: low, sent: WARM_UP + backlog, deliveries });
      return {
        messages: report.sent + backlog,
        metrics: {
          ...latencyMetrics(run.latency),
          ...run.rates(report),
          lowPerSecond: (backlog / (lowEndMs - startMs)) * US_PER_MS,
        },
        latency: run.latency,
        receipts: critical.receipts,
        problems: [...critical.problems, ...rest.problems.map((problem) => `LOW: ${problem}`)],
      };
    };
  },
};

const WARM_UP = 2000;
