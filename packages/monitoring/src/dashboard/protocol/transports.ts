/** One series that a part reports, with the unit in its name: what a screen shows of parts it knows nothing about. */
export interface Figure {
  /** `tradewind_transport_lag_entries`. */
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Growth a second; of a counter only, and after two frames. */
  readonly perSecond: number | null;
}

/** One transport or path. */
export interface TransportRow {
  readonly bus: string;
  /** `transports/redis`. */
  readonly component: string;
  readonly name: string;
  readonly status: 'up' | 'degraded' | 'down';
  readonly reason: string;
  readonly sinceMs: number;
  readonly lagEntries: number | null;
  readonly pendingEntries: number | null;
  readonly oldestPendingSeconds: number | null;
  readonly unsettledMessages: number | null;
  /** Messages given to it and not yet stored. */
  readonly sendingMessages: number | null;
  readonly sentPerSecond: number | null;
  readonly receivedPerSecond: number | null;
  readonly failuresPerSecond: number | null;
  readonly redeliveriesPerSecond: number | null;
  readonly deadLetters: number | null;
  /** Everything that it reports. */
  readonly figures: readonly Figure[];
}

/** A store of dead letters that can be looked into. */
export interface DeadLetterStoreRow {
  /** What `store=` takes. */
  readonly store: string;
  readonly bus: string;
}

/** `GET /api/transports?bus=` */
export interface TransportsAnswer {
  readonly transports: readonly TransportRow[];
  readonly stores: readonly DeadLetterStoreRow[];
}
