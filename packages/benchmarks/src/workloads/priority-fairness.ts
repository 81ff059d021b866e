import { Priority } from '@tradewind/core-types';
import { constantLoad } from '../load/steady-shapes.ts';
import { Receipts } from '../measuring/receipts.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { PacedRun, REHEARSAL_MS, REHEARSAL_ROOM, type PacedLoad } from './paced-run.ts';
import { Refusals } from './refusals.ts';
import { drawUpAccount, settles } from './settling.ts';
import { LOAD_SHOWN } from './shown-loads.ts';
import { spin } from './spin.ts';
import { warmUpBus } from './warm-bus.ts';
import type { Workload } from './workload.ts';

const CRITICAL_TOPIC = 'commands.risk.halt';
const LOW_TOPIC = 'data.bars.BINANCE.BTCUSDT';
const CRITICAL_PER_SECOND = 1000;
const LOW_WORK_US = 10;
/** The backlog takes this much longer than the measured part, so that CRITICAL never finds the bus idle. */
const BACKLOG_FACTOR = 1.3;
/** In the warm-up, one message in so many is CRITICAL. */
const CRITICAL_EVERY = 10;
const US_PER_MS = 1000;

/** CRITICAL messages while a backlog of LOW ones keeps the bus saturated: who is served, and is the backlog still worked off? */
export const priorityFairness: Workload = {
  name: 'priority-fairness',
  work: 'Publishes a backlog of LOW messages of 10 µs of work each, then offers 1,000 CRITICAL messages a second; latency of CRITICAL from the intended time to the handler, and until LOW is worked off. A queue that never lets the event loop go round keeps the sender waiting, too: longestSendDelayUs says how long.',
  needs: ['queue'],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'lowPerSecond', better: 'more' },
    ...LOAD_SHOWN,
  ],
  prepare: async (bus, settings) => {
    const backlog = Math.ceil((settings.measureMs * US_PER_MS * BACKLOG_FACTOR) / LOW_WORK_US);
    const load = (durationMs: number): PacedLoad => ({
      shape: constantLoad({ perSecond: CRITICAL_PER_SECOND, durationMs }),
      topics: [CRITICAL_TOPIC],
      priority: Priority.CRITICAL,
    });
    const rehearsal = PacedRun.forRehearsal(bus, load(REHEARSAL_MS), settings);
    let current = rehearsal;
    let low = new Receipts({ messages: REHEARSAL_ROOM });
    let refusals = new Refusals();
    let lowEndMs = Number.NaN;
    bus.subscribe({ pattern: CRITICAL_TOPIC, handler: (probe) => current.arrived(probe) });
    bus.subscribe({
      pattern: LOW_TOPIC,
      handler: (probe) => {
        if (current !== rehearsal) spin(LOW_WORK_US);
        low.record(probe.index);
        lowEndMs = performance.now();
      },
    });
    const sendLow = (index: number): void => {
      refusals.note(bus.publish(LOW_TOPIC, { index, stream: 0, intendedAtMs: performance.now() }, Priority.LOW));
    };
    const arrived = (): number => current.receipts.received + low.received;
    const offered = await warmUpBus(bus, settings, {
      offer: (index) => (index % CRITICAL_EVERY === 0 ? rehearsal.offer(index) : sendLow(index)),
      arrived,
    });
    const rehearsed = offered + (await rehearsal.send()).sent;
    await settles(bus, arrived);
    return async () => {
      const run = new PacedRun(bus, load(settings.measureMs), settings);
      current = run;
      low = new Receipts({ messages: backlog });
      refusals = new Refusals();
      const startMs = performance.now();
      for (let index = 0; index < backlog; index += 1) sendLow(index);
      const report = await run.send();
      // The accounts wait for one kind each, while the bus may be busy with the other.
      await settles(bus, arrived);
      const deliveries = rehearsed + report.sent + backlog;
      const critical = await run.account(report, deliveries);
      const rest = await drawUpAccount({ bus, receipts: low, sent: backlog, refusals, deliveries });
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
