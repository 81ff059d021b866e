import type { PriorityName } from '@tradewind/core-types';

/** One message of the tail. */
export interface TailMessage {
  readonly atMs: number;
  readonly bus: string;
  /** `published` by this bus, or `received` over one of its paths. */
  readonly direction: 'published' | 'received';
  readonly topic: string;
  /** Null on a synchronous bus. */
  readonly priority: PriorityName | null;
  /** The client or producer; null on a synchronous bus. */
  readonly publisher: string | null;
  /**
   * Null without the permission for payloads. At most 2,000 characters, then `payloadCut`; it is cut too, or only said not to be written, where large ones
   * used up the time that the tail may take from the bus.
   */
  readonly payload: string | null;
  readonly payloadCut: boolean;
}

/**
 * The event `messages` of `GET /api/tail?bus=&pattern=&perSecond=`: what came in a quarter of a second, at most `perSecond` (20; up to 200) in a second.
 * `pattern` is one of the bus: `data.trades.*`; by default all. It comes each second at least, so that a tail without messages is told from a dead one.
 */
export interface TailBatch {
  readonly messages: readonly TailMessage[];
  /** Messages of the pattern that were seen and not shown since the batch before, because they were beyond the rate. */
  readonly leftOut: number;
  /** Messages that were not even compared with the pattern, because so many came, or because nobody could be shown more. */
  readonly unseen: number;
}
