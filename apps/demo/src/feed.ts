import type { DecimalText, InstrumentId, InstrumentKind, SubmitOrder, TimestampNs } from '@tradewind/core-types';
import type { FeedEvent } from './events.ts';

/** What is known of an instrument beside its events. */
export interface Listing {
  readonly instrumentId: InstrumentId;
  readonly venue: string;
  /** The venue's own spelling. */
  readonly symbol: string;
  /** Canonical: instruments of one base and quote are the same asset at different venues. */
  readonly base: string;
  readonly quote: string;
  readonly kind: InstrumentKind;
  /** Absent where a recording does not tell. */
  readonly lotSize?: DecimalText | undefined;
}

/**
 * Where events come from: simulated venues or a recording. Time is virtual, in microseconds since `startNs`.
 *
 * It is pulled, by one reader: the same calls bring the same events, however fast the reader goes.
 */
export interface Feed {
  readonly startNs: TimestampNs;
  /** Filled before the first event of an instrument is brought. */
  readonly listings: ReadonlyMap<InstrumentId, Listing>;
  /** Resolves when the next event can be told; undefined when it can be told at once. */
  whenReady(): Promise<void> | undefined;
  /** When the next event is due, if that is before a moment; otherwise undefined, and nothing at or after that moment has been decided. */
  nextBefore(micros: number): number | undefined;
  /** Takes the event that `nextBefore` told of. */
  take(): FeedEvent;
  /** Whether no event is left, whatever orders may still bring. */
  readonly ended: boolean;
  /** Gives an order to its venue. It arrives there at that moment, which must not have been passed; answers come as order events. */
  execute(order: SubmitOrder, arrivesAtMicros: number): void;
  /** How long an order travels to a venue, in microseconds. */
  orderLatencyMicros(venue: string): number;
  close(): Promise<void>;
}

/** Virtual time as what events carry. */
export function nsAt(startNs: TimestampNs, micros: number): TimestampNs {
  return (startNs + BigInt(micros) * 1000n) as TimestampNs;
}
