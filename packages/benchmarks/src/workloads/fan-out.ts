import { Receipts } from '../measuring/receipts.ts';
import { MAX_FLOOD, prepareFlood } from './flood.ts';
import type { Workload } from './workload.ts';

/** One message to many subscribers: how the cost grows with them. */
export function fanOut(subscribers: number): Workload {
  return {
    name: `fan-out-${subscribers}`,
    work: `Publishes as fast as the bus takes it on one topic that has ${subscribers} subscribers.`,
    needs: [],
    shows: [{ metric: 'cpuNsPerMessage', better: 'less' }],
    prepare: (bus, settings) => {
      const topic = 'data.quotes.BINANCE.BTCUSDT';
      const receipts = new Receipts({ messages: MAX_FLOOD });
      let delivered = 0;
      bus.subscribe({
        pattern: topic,
        handler: (probe) => {
          delivered += 1;
          receipts.record(probe.index, probe.stream);
        },
      });
      for (let i = 1; i < subscribers; i += 1) {
        bus.subscribe({
          pattern: topic,
          handler: () => {
            delivered += 1;
          },
        });
      }
      return prepareFlood({
        bus,
        settings,
        topics: [topic],
        receipts,
        deliveriesOf: () => subscribers,
        delivered: () => delivered,
      });
    },
  };
}
