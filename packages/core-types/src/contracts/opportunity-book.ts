/** One order that an opportunity asks for; limit and quantity are decimal texts, absent where no order fits. */
export interface LiveOpportunityLeg {
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly limit?: string | undefined;
  readonly quantity?: string | undefined;
}

/** An opportunity that may still be acted on, as an operator sees it. Times are in nanoseconds since 1970. */
export interface LiveOpportunity {
  readonly id: string;
  /** `PRICE_SPREAD`, `TRIANGULAR`, … */
  readonly type: string;
  /** Where it is in its life: `detected`, `confirmed`, … */
  readonly state: string;
  readonly urgency: string;
  readonly legs: readonly LiveOpportunityLeg[];
  /** In quote currency, as a decimal text. */
  readonly figures: { readonly profit?: string | undefined };
  readonly survival?: { readonly probability: number } | undefined;
  readonly detectedAtNs: bigint;
  readonly expiresAtNs: bigint;
}

/** The opportunities that are alive, and how many there were. Asked by people, about once a second. */
export interface OpportunityBook {
  live(): readonly LiveOpportunity[];
  /** How many entered each state so far. */
  counts(): Readonly<Record<string, number>>;
}
