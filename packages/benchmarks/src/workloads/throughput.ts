import { Receipts } from '../measuring/receipts.ts';
import { MAX_FLOOD, prepareFlood } from './flood.ts';
import { quoteTopics } from './topics.ts';
import type { Workload } from './workload.ts';

const TOPICS = 1000;

/** How much a bus can carry. */
export const throughput: Workload = {
  name: 'throughput',
  work: 'Publishes as fast as the bus takes it on 1,000 exact topics in turn, a subscriber each; waits after every 500 messages until all are handled.',
  needs: [],
  shows: [
    { metric: 'cpuNsPerMessage', better: 'less' },
    { metric: 'throughputPerSecond', better: 'more' },
  ],
  prepare: (bus, settings) => {
    const receipts = new Receipts({ messages: MAX_FLOOD, streams: TOPICS });
    for (const pattern of quoteTopics(TOPICS)) {
      bus.subscribe({ pattern, handler: (probe) => receipts.record(probe.index, probe.stream) });
    }
    return prepareFlood({ bus, settings, topics: quoteTopics(TOPICS), receipts });
  },
};
