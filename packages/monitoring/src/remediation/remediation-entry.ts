/** What became of one look at an ill component. */
export type RemediationResult =
  /** The remedy ran, and the component is better. */
  | 'healed'
  /** The remedy ran without an error, and nobody looked whether it helped: by hand, by a rule whose `settleMs` is 0, or because the remediator was disposed of meanwhile. */
  | 'done'
  /** The remedy ran without an error, and the component is as ill as before. */
  | 'no-better'
  /** The remedy rejected, or did not end within its time. */
  | 'failed'
  /** It would have run, had the operator enabled remediation. */
  | 'dry-run'
  /** The budget of the rule is used up. */
  | 'over-budget'
  /** Three runs in a row did not heal: the rule rests. */
  | 'circuit-open'
  /** The component that should have the remedy has none of that name. */
  | 'no-remedy'
  /** It would have run, and another remedy does not end: one that is past its time, or turns that take too long. `error` says which. */
  | 'held-up'
  /** A remedy that was past its time, and had failed, has ended; others are treated again. */
  | 'ended-late'
  /** An operator closed the circuit of the rule; its budget and its cooldown on the component begin anew. */
  | 'circuit-closed';

/** What became of one look at an ill component, in the order in which it is told. */
export const REMEDIATION_RESULTS: readonly RemediationResult[] = [
  'healed',
  'done',
  'no-better',
  'failed',
  'dry-run',
  'over-budget',
  'circuit-open',
  'no-remedy',
  'held-up',
  'ended-late',
  'circuit-closed',
];

/** One line of the audit trail. Immutable. */
export interface RemediationEntry {
  /** Counts from 1; where there is a `stateDir`, on from before the restart. */
  readonly id: number;
  readonly atMs: number;
  /** Of the rule; `by hand` where an operator ran it. */
  readonly rule: string;
  /** Who is ill, and why: the diagnosis. */
  readonly component: string;
  readonly reason: string;
  /** Who was treated, with what. */
  readonly target: string;
  readonly remedy: string;
  readonly result: RemediationResult;
  /** Of the run, until it was known whether it helped; 0 where nothing ran. */
  readonly tookMs: number;
  readonly error?: string | undefined;
  /** Who asked, where an operator did. */
  readonly by?: string | undefined;
}
