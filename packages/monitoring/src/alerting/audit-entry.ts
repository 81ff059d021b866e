/**
 * What may happen to an alert or a silence. `not-notified`: a channel did not take it, once for all tries in a row; `never-notified`: nobody will take it any
 * more, with the reason.
 */
export type AuditKind =
  | 'firing'
  | 'resolved'
  | 'acknowledged'
  | 'acknowledgement-ended'
  | 'escalated'
  | 'silenced'
  | 'silence-ended'
  | 'notified'
  | 'not-notified'
  | 'never-notified';

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
