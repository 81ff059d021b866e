import type { Run } from '../../experiments/experiment.ts';
import { TickLedger } from '../ticks/tick-ledger.ts';
import { preparedTicks, tickOf } from '../ticks/ticks.ts';

/** Ticks that are made and counted, and go nowhere: what is in the figures of every contender, and no bus can save. */
export const withoutBus: Run = async (scale) => {
  const count = scale.count(1_000_000);
  const ledger = new TickLedger(count, () => undefined);
  preparedTicks();
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  for (let n = 0; n < count; n += 1) ledger.take(tickOf(n));
  const { user, system } = process.cpuUsage(startCpu);
  const elapsedMs = performance.now() - startMs;
  return { messagesPerSecond: (count * MS_PER_SECOND) / elapsedMs, cpuUsPerMessage: (user + system) / count };
};

const MS_PER_SECOND = 1000;
