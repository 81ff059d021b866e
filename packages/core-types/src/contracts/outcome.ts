import type { PathId } from './routing-plugin.ts';
import type { Priority } from '../vocabulary/priority.ts';

/** Why a message or a delivery was given up without being handled. Each is counted on its own. `revoked`: its transport gave it to another consumer. */
export type DropReason =
  | 'laneFull'
  | 'overflowOldest'
  | 'overflowNewest'
  | 'plugin'
  | 'unsubscribed'
  | 'closed'
  | 'invalidPayload'
  | 'revoked';

/**
 * What became of a message on its way.
 *
 * | kind | meaning | final |
 * |---|---|---|
 * | `handled` | one subscription's handler returned or resolved | yes |
 * | `sent` | the transport of its path stored it | yes |
 * | `failed` | one attempt threw, rejected or timed out; a retry may follow | no |
 * | `deadLettered` | the last attempt failed and it was put aside with its cause | yes |
 * | `refused` | `publish` returned false: the lane was full | yes |
 * | `dropped` | given up, `reason` says why | yes |
 * | `superseded` | a newer one with the same conflation key took its place | yes |
 * | `expired` | its time was over before an attempt | yes |
 * | `unrouted` | nobody was subscribed | yes |
 */
export type OutcomeKind =
  | 'handled'
  | 'sent'
  | 'failed'
  | 'deadLettered'
  | 'refused'
  | 'dropped'
  | 'superseded'
  | 'expired'
  | 'unrouted';

/**
 * One delivery's (or unsent message's) end. The object is reused: copy what you keep.
 *
 * It is joined to the decision that led to it by `sequence`, which is also that of the `RoutableMessage`, where `producer` is the client
 * itself. Kinds and reasons may be added: keep a `default`.
 */
export interface Outcome {
  readonly kind: OutcomeKind;
  /** Who published it: this client, or another one over a transport. */
  readonly producer: string;
  readonly sequence: number;
  readonly topic: string;
  /** The lane it was in. */
  readonly priority: Priority;
  /** The path it was to take, or came over, the default's name included; undefined on a client without paths. */
  readonly path: PathId | undefined;
  /** The subscription concerned; undefined where there was none. */
  readonly subscriptionId: string | undefined;
  readonly deliveryCount: number;
  readonly publishedAtMs: number;
  /** From `publish` to the start of the handler (or of sending), in milliseconds; 0 where it never started, and never negative though the clocks of two machines differ. */
  readonly waitedMs: number;
  /** From the start of the handler (or of sending) to its end, in milliseconds; 0 where it never started. */
  readonly handledMs: number;
  readonly reason: DropReason | undefined;
  readonly error: unknown;
}
