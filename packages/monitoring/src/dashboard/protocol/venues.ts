/** A venue's feed, its connection, or both. */
export interface VenueRow {
  readonly bus: string;
  readonly venue: string;
  readonly status: 'up' | 'degraded' | 'down' | null;
  readonly reason: string;
  readonly sinceMs: number | null;
  readonly eventsPerSecond: number | null;
  readonly gapsPerSecond: number | null;
  readonly outOfOrderPerSecond: number | null;
  readonly streams: number | null;
  readonly illStreams: number | null;
  /** How long the stream that is silent longest has been so. */
  readonly silentSeconds: number | null;
  readonly resubscriptions: number | null;
  readonly delaySeconds: number | null;
  readonly roundTripSeconds: number | null;
  /** What the clock of the venue is ahead of this one. */
  readonly clockOffsetSeconds: number | null;
  /** Share of observations without gap, lateness or failure. */
  readonly goodRatio: number | null;
}

/** One order that an opportunity asks for; prices and quantities are decimal texts. */
export interface OpportunityLegRow {
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly limit: string | null;
  readonly quantity: string | null;
}

/** An opportunity that is alive. */
export interface OpportunityRow {
  readonly bus: string;
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly urgency: string;
  readonly legs: readonly OpportunityLegRow[];
  /** In quote currency, a decimal text. */
  readonly profit: string | null;
  /** How likely it is to be there when its orders arrive, 0 to 1. */
  readonly survivalProbability: number | null;
  readonly detectedAtMs: number;
  readonly expiresAtMs: number;
}

/** `GET /api/venues?bus=` */
export interface VenuesAnswer {
  readonly venues: readonly VenueRow[];
  /** Null: nobody looks for opportunities. The most profitable first, at most 200. */
  readonly opportunities: readonly OpportunityRow[] | null;
  /** How many there were in each state so far. */
  readonly counts: Readonly<Record<string, number>> | null;
}
