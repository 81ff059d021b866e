import type { Loss } from '@tradewind/core-types';

/** How many messages a consumer says it will never see; fails when it cannot tell. */
export function reportedLoss({ losses }: { readonly losses: readonly Loss[] }): number {
  return losses.reduce((sum, { kind, count }) => {
    if (count === 'unknown') throw new Error(`Expected a count of the loss ${kind}.`);
    return sum + count;
  }, 0);
}
