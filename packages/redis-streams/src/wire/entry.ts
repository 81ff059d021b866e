import type { Headers, Priority } from '@tradewind/core-types';

/** What an entry says about itself, besides its messages. */
export interface EntryHeader {
  /** Who stored it: the `producerId` of a transport. */
  readonly producer: string;
  /** One life of it; a later one has a higher number. */
  readonly epoch: number;
  /** Counts the entries of this producer and epoch in this stream, from 1 without gaps. */
  readonly number: number;
  /** Messages of this producer and epoch in this stream before this entry: a gap can be counted in messages. */
  readonly messagesBefore: number;
  /** Messages in this entry. */
  readonly count: number;
  readonly priority: Priority;
}

/** A message as it comes out of an entry: a `ReceivedMessage` of the contract whose count its reader may still correct. */
export interface UnpackedMessage {
  topic: string;
  payload: unknown;
  priority: Priority;
  producer: string;
  sequence: number;
  publishedAtMs: number;
  deliveryCount: number;
  orderingKey: string | undefined;
  correlationId: string | undefined;
  expiresAtMs: number | undefined;
  headers: Headers | undefined;
}

/** An entry that was read. */
export interface UnpackedEntry {
  readonly header: EntryHeader;
  readonly messages: UnpackedMessage[];
  /** Its body before compression. */
  readonly rawBytes: number;
}
