import type { CloseReason, OpportunitySource } from './opportunity-sink.ts';
import type { QuoteState } from './quote-state.ts';

/** Why an opportunity that is no more ended, as the state of its legs tells. */
export function closeReasonOf({ legs }: OpportunitySource, state: QuoteState): CloseReason {
  if (legs.some(({ slot }) => !state.isKnown(slot))) return 'source';
  return legs.every(({ slot }) => state.isFresh(slot)) ? 'market' : 'stale';
}
