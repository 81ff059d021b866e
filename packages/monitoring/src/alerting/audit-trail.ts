/** What may happen to an alert or a silence. */
export type AuditKind =
  | 'firing'
  | 'resolved'
  | 'acknowledged'
  | 'acknowledgement-ended'
  | 'escalated'
  | 'silenced'
  | 'silence-ended'
  | 'notified'
  | 'not-notified';

/** One line of the trail: what happened to what, by whom. */
export interface AuditEntry {
  readonly atMs: number;
  readonly kind: AuditKind;
  /** The id of the alert or silence; of a notification the key of its group. */
  readonly subject: string;
  /** The rule, the channel, the reason. */
  readonly detail: string;
  /** Who did it; empty: it happened by itself. */
  readonly by: string;
}

/** The last 1,000 entries; where there is a folder for state, the files there have more. */
export class AuditTrail {
  readonly #entries: AuditEntry[] = [];
  readonly #write: (entry: AuditEntry) => void;

  constructor(write: (entry: AuditEntry) => void = () => undefined) {
    this.#write = write;
  }

  /** Newest first. */
  get entries(): readonly AuditEntry[] {
    return this.#entries.toReversed();
  }

  add(entry: AuditEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.splice(0, this.#entries.length - MAX_ENTRIES);
    this.#write(entry);
  }
}

const MAX_ENTRIES = 1_000;
