import type { Throughput } from '../../../src/dashboard/protocol/index.ts';

/** In which ways messages are lost now; all the ways there are, where none is. */
export function kindsOfLoss(throughput: Throughput | undefined): string {
  const kinds = [
    ['dropped', throughput?.droppedPerSecond],
    ['refused', throughput?.refusedPerSecond],
    ['expired', throughput?.expiredPerSecond],
  ] as const;
  const present = kinds.filter(([, rate]) => rate !== null && rate !== undefined && rate > 0);
  return (present.length === 0 ? kinds : present).map(([kind]) => kind).join(', ');
}
