/**
 * Why an input was not taken as it came.
 *
 * | reason | meaning | what happens to the instrument |
 * |---|---|---|
 * | `UNKNOWN_INSTRUMENT` | no row of the table | nothing |
 * | `UNKNOWN_VENUE` | a status of a venue without a row | nothing |
 * | `BAD_TIME` | the receive time is no integer of nanoseconds, or lies more than 52 days before the clock | nothing; the event is ignored |
 * | `MALFORMED` | a price or size that is no plain decimal, or has more than 18 places; a price without its size | quarantined |
 * | `NOT_POSITIVE` | a price of zero or less, or a negative size | quarantined |
 * | `ABSURD` | a price above 1e12 or a size above 1e15 | quarantined |
 * | `CROSSED` | the best bid is not below the best ask | unusable while it is so |
 * | `EMPTY` | neither side has an order | unusable while it is so |
 * | `NO_SNAPSHOT` | a delta while there is no book to change | nothing; the delta is ignored |
 * | `SEQUENCE_GAP` | a delta after missed ones | quarantined |
 * | `VENUE_DOWN` | its venue went away | quarantined |
 *
 * Quarantined: what was known is forgotten, and it is unusable until its next good quote (`l1`) or snapshot (`l2`).
 */
export const REJECTIONS = [
  'UNKNOWN_INSTRUMENT',
  'UNKNOWN_VENUE',
  'BAD_TIME',
  'MALFORMED',
  'NOT_POSITIVE',
  'ABSURD',
  'CROSSED',
  'EMPTY',
  'NO_SNAPSHOT',
  'SEQUENCE_GAP',
  'VENUE_DOWN',
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** How often each reason was met. Workload: one increment per bad event; read at scrape time. */
export class RejectionCounts {
  readonly #counts: Float64Array = new Float64Array(REJECTIONS.length);

  add(reason: Rejection): void {
    const index = REJECTIONS.indexOf(reason);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** A copy, by reason. */
  snapshot(): Readonly<Record<Rejection, number>> {
    const entries = REJECTIONS.map((reason, index) => [reason, this.#counts[index] ?? 0] as const);
    return Object.fromEntries(entries) as Record<Rejection, number>;
  }
}
