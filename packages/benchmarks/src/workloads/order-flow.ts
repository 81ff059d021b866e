import { Priority } from '@tradewind/core-types';
import { burstyLoad } from '../load/bursty-load.ts';
import { constantLoad } from '../load/steady-shapes.ts';
import { PacedRun, latencyMetrics } from './paced-run.ts';
import { spin } from './spin.ts';
import { quoteTopics } from './topics.ts';
import type { Workload } from './workload.ts';

const SYMBOLS = 200;
const QUOTES_PER_SECOND = 20_000;
const QUOTE_WORK_US = 25;
const ORDERS_PER_SECOND = 1000;
const ORDER_TOPIC = 'commands.order.BINANCE';

/** Orders among bursts of market data: does an order wait behind quotes? */
export const orderFlow: Workload = {
  name: 'order-flow',
  work: 'Offers 20,000 LOW quotes a second in bursts, 25 µs of work each, half of what the machine can do, and 1,000 CRITICAL orders a second evenly; latency of the orders from the intended time to the handler.',
  needs: [],
  shows: [
    { metric: 'p50Us', better: 'less' },
    { metric: 'p99Us', better: 'less' },
    { metric: 'p9999Us', better: 'less' },
    { metric: 'quoteP99Us', better: 'less' },
  ],
  prepare: (bus, { measureMs, seed }) => {
    const quotes = new PacedRun(
      bus,
      {
        shape: burstyLoad({ perSecond: QUOTES_PER_SECOND, durationMs: measureMs }),
        topics: quoteTopics(SYMBOLS),
        priority: Priority.LOW,
      },
      seed,
    );
    const orders = new PacedRun(
      bus,
      {
        shape: constantLoad({ perSecond: ORDERS_PER_SECOND, durationMs: measureMs }),
        topics: [ORDER_TOPIC],
        priority: Priority.CRITICAL,
      },
      seed,
    );
    for (const pattern of quoteTopics(SYMBOLS)) {
      bus.subscribe({
        pattern,
        handler: (probe) => {
          quotes.arrived(probe);
          spin(QUOTE_WORK_US);
        },
      });
    }
    bus.subscribe({ pattern: ORDER_TOPIC, handler: (probe) => orders.arrived(probe) });
    return Promise.resolve(async () => {
      const [quoted, ordered] = await Promise.all([quotes.send(), orders.send()]);
      const deliveries = quoted.sent + ordered.sent;
      const account = await orders.account(ordered, deliveries);
      const rest = await quotes.account(quoted, deliveries);
      return {
        messages: deliveries,
        metrics: {
          ...latencyMetrics(orders.latency),
          ...orders.rates(ordered),
          ...latencyMetrics(quotes.latency, 'quote'),
        },
        latency: orders.latency,
        receipts: account.receipts,
        problems: [...account.problems, ...rest.problems.map((problem) => `quotes: ${problem}`)],
      };
    });
  },
};
