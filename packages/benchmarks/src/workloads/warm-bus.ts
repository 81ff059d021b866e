import type { BusUnderTest } from '../contenders/contender.ts';
import { warmUp, type WarmUpOptions } from '../measuring/warm-up.ts';
import { settles } from './settling.ts';
import type { WorkloadSettings } from './workload.ts';

/** The work of a warm-up is cut into slices of this much CPU time. */
export const SLICE_MS = 10;
/**
 * 0.3 to 0.6 s of CPU time. Measured slice by slice, the buffered client costs 40 µs a message at first, 0.5 µs after 0.2 s and 0.37 µs
 * from 0.3 s on, compilation included, and then stays within 3 %. A bus that needs longer than a slice for one batch has fewer of them.
 */
export const WARM_UP: WarmUpOptions = { minCpuMs: 300, maxCpuMs: 600, maxRuns: 60, window: 5, tolerance: 0.1 };

/** A warm-up with a given number of messages ends after so much CPU time all the same. */
export const LONGEST_WARM_UP_MS = 2000;

/** Between two waits for the bus: more than a workload has topics, so that where a bus conflates it does so here, too. */
const BATCH = 500;
/** Wall time may be this many times the CPU time that is asked for: on a machine with other work to do, or for a bus that sleeps. */
const LONGEST_WALL = 10;
const US_PER_MS = 1000;

/** What a bus is warmed up with. */
export interface WarmUpTraffic {
  /** Publishes the message of this number, counted from 0; handlers should leave out whatever work they only spend time on. */
  readonly offer: (index: number) => void;
  /** Counts what arrived. */
  readonly arrived: () => number;
}

/**
 * Warms a bus up for an open loop, in a closed one: publishes through `offer` as fast as the bus takes it, until the CPU time of a message is
 * steady, or as many messages as the settings say. In the open loop itself that cannot be seen, since its pacing uses all of the time that
 * messages leave.
 *
 * A bus that does not settle any more ends the warm-up: what is wrong with it comes out in the measured part.
 *
 * @returns How many messages were offered.
 */
export async function warmUpBus(
  bus: BusUnderTest,
  { warmUpMessages }: Pick<WorkloadSettings, 'warmUpMessages'>,
  { offer, arrived }: WarmUpTraffic,
): Promise<number> {
  let sent = 0;
  let isStuck = false;
  const sendBatch = async (size: number): Promise<void> => {
    for (let i = 0; i < size; i += 1) offer(sent++);
    isStuck = !(await settles(bus, arrived));
  };
  if (warmUpMessages !== undefined) {
    const start = process.cpuUsage();
    while (!isStuck && sent < warmUpMessages && usedMs(start) < LONGEST_WARM_UP_MS) {
      await sendBatch(Math.min(BATCH, warmUpMessages - sent));
    }
    return sent;
  }
  await warmUp(async () => {
    if (isStuck) return 0;
    const before = sent;
    const untilMs = performance.now() + LONGEST_WALL * SLICE_MS;
    const start = process.cpuUsage();
    do await sendBatch(BATCH);
    while (!isStuck && usedMs(start) < SLICE_MS && performance.now() < untilMs);
    return sent - before;
  }, WARM_UP);
  return sent;
}

function usedMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / US_PER_MS;
}
