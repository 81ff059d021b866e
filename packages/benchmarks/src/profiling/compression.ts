import { errorCode } from '@tradewind/core-types';
import type { Metrics } from '../experiments/experiment.ts';
import { transfer } from '../network/peers/transfer.ts';
import { trafficOf } from '../network/servers/redis-figures.ts';

/** The client over Redis with one kind of compression: its figures, or why there are none. */
export interface CompressionResult {
  /** `zstd`. */
  readonly name: string;
  /** As `transfer` tells them of a paced run, `offeredPerSecond`, and `bytesInPerMessage`, `bytesOutPerMessage` and `memoryPerMessage` of the server. */
  readonly metrics: Metrics;
  /** What kept it from being measured. */
  readonly problem?: string | undefined;
}

/** How the client is loaded. */
export interface CompressionLoad {
  readonly perSecond: number;
  readonly count: number;
}

/** Entries as they are, and every one of them through zstd. */
export const COMPRESSIONS: readonly { readonly name: string; readonly zstd: boolean }[] = [
  { name: 'none', zstd: false },
  { name: 'zstd', zstd: true },
];

/** Four seconds of quotes. */
const LOAD: CompressionLoad = { perSecond: 10_000, count: 40_000 };

/**
 * Brings quotes of 190 bytes from one process to another over a fresh server at a steady pace, through the client on both sides. Without a server
 * or a package that it needs, the result says which.
 *
 * @throws BenchmarkError `RUN_FAILED` when ticks were lost, repeated or reordered.
 */
export async function profileCompression(
  { name, zstd }: { readonly name: string; readonly zstd: boolean },
  load: CompressionLoad = LOAD,
): Promise<CompressionResult> {
  const { count, perSecond } = load;
  try {
    const metrics = await transfer({
      contender: 'tradewind-client',
      count,
      perSecond,
      flags: { zstd },
      inspect: trafficOf,
    });
    return { name, metrics: { ...metrics, offeredPerSecond: perSecond, ...perMessage(metrics, count) } };
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'SERVER_MISSING' && code !== 'MISSING_PEER') throw error;
    return { name, metrics: {}, problem: error instanceof Error ? error.message : code };
  }
}

function perMessage(metrics: Metrics, count: number): Metrics {
  const share = (name: string): number => (metrics[name] ?? Number.NaN) / count;
  return {
    bytesInPerMessage: share('bytesIn'),
    bytesOutPerMessage: share('bytesOut'),
    memoryPerMessage: share('memory'),
  };
}
