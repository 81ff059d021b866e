import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { burstyLoad } from '../load/bursty-load.ts';
import { constantLoad } from '../load/steady-shapes.ts';
import type { OpenLoopReport } from '../measuring/open-loop.ts';
import { latencyMetrics } from './latency-metrics.ts';
import { PacedRun, REHEARSAL_MS, REHEARSAL_ROOM, type RunSettings } from './paced-run.ts';
import type { ScenarioLength } from './scenario.ts';
import { LOAD_SHOWN } from './shown-loads.ts';
import { settles } from './settling.ts';
import { spin } from './spin.ts';
import { quoteTopics } from './topics.ts';
import { warmUpBus } from './warm-bus.ts';
import type { Measurement, Workload } from './workload.ts';

const SYMBOLS = 200;
const QUOTES_PER_SECOND = 20_000;
const QUOTE_WORK_US = 25;
const ORDERS_PER_SECOND = 1000;
const ORDER_TOPIC = 'commands.order.BINANCE';
/** In the warm-up, as in the loads: every twentieth message is an order. */
const QUOTES_PER_ORDER = QUOTES_PER_SECOND / ORDERS_PER_SECOND;

/** Orders among bursts of market data: does an order wait behind quotes? */
export const orderFlow: Workload = {
  name: 'order-flow',
  work: 'Offers 20,000 LOW quotes a second in bursts, 25 µs of work each, half of what the machine can do, and 1,000 CRITICAL orders a second evenly; latency of the orders from the intended time to the handler.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'p999Us', better: 'less' },
    { metric: 'quoteP99Us', better: 'less' },
    ...LOAD_SHOWN,
    { metric: 'quoteOfferedPerSecond', better: 'neither' },
    { metric: 'quoteAchievedPerSecond', better: 'more' },
  ],
  prepare: async (bus, settings) => {
    const { measureMs } = settings;
    const rehearsal = runsOf(bus, settings, { durationMs: REHEARSAL_MS, room: REHEARSAL_ROOM });
    let current = rehearsal;
    for (const pattern of quoteTopics(SYMBOLS)) {
      bus.subscribe({
        pattern,
        handler: (probe) => {
          current.quotes.arrived(probe);
          if (current !== rehearsal) spin(QUOTE_WORK_US);
        },
      });
    }
    bus.subscribe({ pattern: ORDER_TOPIC, handler: (probe) => current.orders.arrived(probe) });
    const offered = await warmUpBus(bus, settings, {
      offer: (index) => (index % QUOTES_PER_ORDER === 0 ? rehearsal.orders : rehearsal.quotes).offer(index),
      arrived: () => arrivedOf(rehearsal),
    });
    const sent = await sendBoth(rehearsal);
    await settles(bus, () => arrivedOf(rehearsal));
    const rehearsed = offered + sent.quoted.sent + sent.ordered.sent;
    return () => {
      current = runsOf(bus, settings, { durationMs: measureMs });
      return measure(bus, current, rehearsed);
    };
  },
};

interface Runs {
  readonly quotes: PacedRun;
  readonly orders: PacedRun;
}

function runsOf(bus: BusUnderTest, settings: RunSettings, { durationMs, room }: ScenarioLength): Runs {
  const quotes = burstyLoad({ perSecond: QUOTES_PER_SECOND, durationMs });
  const orders = constantLoad({ perSecond: ORDERS_PER_SECOND, durationMs });
  return {
    quotes: new PacedRun(bus, { shape: quotes, topics: quoteTopics(SYMBOLS), priority: Priority.LOW, room }, settings),
    orders: new PacedRun(bus, { shape: orders, topics: [ORDER_TOPIC], priority: Priority.CRITICAL, room }, settings),
  };
}

/** How many arrived, of both kinds. */
function arrivedOf({ quotes, orders }: Runs): number {
  return quotes.receipts.received + orders.receipts.received;
}

async function sendBoth({ quotes, orders }: Runs): Promise<Record<'quoted' | 'ordered', OpenLoopReport>> {
  const [quoted, ordered] = await Promise.all([quotes.send(), orders.send()]);
  return { quoted, ordered };
}

async function measure(bus: BusUnderTest, runs: Runs, rehearsed: number): Promise<Measurement> {
  const { quotes, orders } = runs;
  const { quoted, ordered } = await sendBoth(runs);
  // The accounts wait for one kind each, while the bus may be busy with the other.
  await settles(bus, () => arrivedOf(runs));
  const messages = quoted.sent + ordered.sent;
  const account = await orders.account(ordered, messages + rehearsed);
  const rest = await quotes.account(quoted, messages + rehearsed);
  return {
    messages,
    metrics: {
      ...latencyMetrics(orders.latency),
      ...orders.rates(ordered),
      ...latencyMetrics(quotes.latency, 'quote'),
      ...quotes.rates(quoted, 'quote'),
    },
    latency: orders.latency,
    receipts: account.receipts,
    problems: [...account.problems, ...rest.problems.map((problem) => `quotes: ${problem}`)],
  };
}
