import type * as z from 'zod';
import { instrumentId, integer, timestamp, venueNumber } from './fields.ts';
import type { InstrumentId } from './instrument-id.ts';
import type { TimestampNs } from './nanoseconds.ts';
import { fault, leaf } from './schema.ts';

/**
 * What every event carries, of a market or of an order: when, and its place in its stream.
 *
 * A stream is what one subscription at an adapter delivers: one kind of event of one instrument, or the order events of one account.
 * Two losses can be told apart. Between venue and adapter: `gapBefore` says so. Between adapter and reader: `sequence` jumps.
 */
export interface EventHeader {
  /** The venue's clock when it happened; null when the venue sends no time. Clocks differ: never a latency by itself. */
  readonly tsEventNs: TimestampNs | null;
  /** This system's clock when the event was received or made. Never decreases within a stream. */
  readonly tsInitNs: TimestampNs;
  /** Counts the events of a stream, one by one, a safe integer of 0 or more. */
  readonly sequence: number;
  /** The venue's own number of the update, where it gives one. Rises within a stream, but need not rise one by one. */
  readonly venueSequence?: bigint | undefined;
  /**
   * How many events of the stream were missed right before this one: `'unknown'` when only the interruption is known, as after a
   * reconnect. Absent: none. A book that reads a gap is no longer right until its next snapshot.
   */
  readonly gapBefore?: number | 'unknown' | undefined;
}

/** What every market event carries. */
export interface MarketEventHeader extends EventHeader {
  readonly instrumentId: InstrumentId;
}

/** @internal */
export interface EventHeaderShape {
  readonly tsEventNs: z.ZodNullable<z.ZodType<TimestampNs>>;
  readonly tsInitNs: z.ZodType<TimestampNs>;
  readonly sequence: z.ZodType<number>;
  readonly venueSequence: z.ZodOptional<z.ZodType<bigint>>;
  readonly gapBefore: z.ZodOptional<z.ZodType<number | 'unknown'>>;
}

/** @internal */
export const eventHeader: EventHeaderShape = {
  tsEventNs: timestamp.nullable(),
  tsInitNs: timestamp,
  sequence: integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  venueSequence: venueNumber.optional(),
  gapBefore: leaf(readGap).optional(),
};

/** @internal */
export const marketEventHeader: EventHeaderShape & { readonly instrumentId: z.ZodType<InstrumentId> } = {
  ...eventHeader,
  instrumentId,
};

function readGap(input: unknown): number | 'unknown' {
  if (input === 'unknown' || (typeof input === 'number' && Number.isSafeInteger(input) && input > 0)) return input;
  throw fault('how many events were missed, at least 1, or "unknown"', input);
}
