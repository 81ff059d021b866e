import { BenchmarkError } from '../errors.ts';
import { Receipts } from '../measuring/receipts.ts';
import { MAX_FLOOD, prepareFlood } from './flood.ts';
import { quoteTopics } from './topics.ts';
import type { Workload } from './workload.ts';

const TOPICS = 100;
const BATCH = 100;

/** A subscriber that takes a hundred messages at a time, as one that writes to a database would. */
export const batchProcessing: Workload = {
  name: 'batch-processing',
  work: 'Publishes as fast as the bus takes it on 100 topics in turn; one subscriber takes all of them in batches of up to 100 messages.',
  needs: ['patterns', 'batches'],
  shows: [
    { metric: 'cpuNsPerMessage', better: 'less' },
    { metric: 'messagesPerBatch', better: 'more' },
  ],
  prepare: async (bus, settings) => {
    const receipts = new Receipts({ messages: MAX_FLOOD, streams: TOPICS });
    let batches = 0;
    if (bus.extras?.subscribeBatch === undefined) {
      throw new BenchmarkError('INVALID_MODULE', {
        message: 'A contender has the feature "batches" and no extras.subscribeBatch.',
        hint: 'Add the method, or leave the feature out.',
      });
    }
    const take = (probes: readonly { readonly index: number; readonly stream: number }[]): void => {
      batches += 1;
      for (const probe of probes) receipts.record(probe.index, probe.stream);
    };
    bus.extras.subscribeBatch('data.quotes.*', take, BATCH);
    const run = await prepareFlood({ bus, settings, topics: quoteTopics(TOPICS), receipts });
    return async () => {
      const measured = await run();
      const messagesPerBatch = measured.receipts.received / batches;
      const problems =
        messagesPerBatch > 1 ? measured.problems : [...measured.problems, 'handed messages over one by one'];
      return { ...measured, metrics: { ...measured.metrics, messagesPerBatch }, problems };
    };
  },
};
