import { Priority } from '@tradewind/core-types';
import type { Opportunity, Urgency } from '../lifecycle/opportunity.ts';
import type { SignalType } from '../signals/signal.ts';

/** Lifts opportunities that meet all that it names to a priority. Of several rules that match, the most urgent priority counts. */
export interface ArbitrageRule {
  /** In decision traces: `profit-above-10x`. */
  readonly name: string;
  readonly priority: Priority;
  /** Default: all types. */
  readonly types?: readonly (Opportunity['type'] | SignalType)[] | undefined;
  /** The profit exceeds so many times the threshold of the router: a decimal text, `'10'`. Default: any profit. */
  readonly profitAbove?: string | undefined;
  /** Its probability of survival is at least so much, 0 to 1; one without an estimate does not match, nor does a signal. Default: any. */
  readonly survivalAtLeast?: number | undefined;
  /** It is so urgent when it is published, opportunity or signal. Default: however urgent. */
  readonly urgencies?: readonly Urgency[] | undefined;
  /** It expires in less than so many milliseconds. Default: whenever. */
  readonly expiresWithinMs?: number | undefined;
}

/** By profit and by what is left of its life. A router without `rules` has these. */
export const DEFAULT_RULES: readonly ArbitrageRule[] = [
  { name: 'profit above 10x', priority: Priority.CRITICAL, profitAbove: '10' },
  { name: 'expires within 100 ms', priority: Priority.CRITICAL, expiresWithinMs: 100 },
  { name: 'profit above 3x', priority: Priority.HIGH, profitAbove: '3' },
  { name: 'expires within 500 ms', priority: Priority.HIGH, expiresWithinMs: 500 },
  { name: 'expires within 2 s', priority: Priority.NORMAL, expiresWithinMs: 2000 },
  { name: 'opportunity', priority: Priority.LOW },
];
