import type { RejectedMessage, TransportErrorCode, TransportMessage } from '@tradewind/core-types';
import type { EntryHeader, UnpackedMessage } from './entry.ts';

/** Why a message can never be stored. */
export interface Refusal {
  readonly code: Extract<TransportErrorCode, 'PAYLOAD_NOT_ENCODABLE' | 'PAYLOAD_TOO_LARGE' | 'TOPIC_NOT_ALLOWED'>;
  readonly message: RejectedMessage['message'];
}

/** A finished body, with what its header has to say of it. */
export interface FinishedBody {
  readonly bytes: Buffer;
  readonly flags: number;
}

/** Gathers messages of one entry and turns them into its body. Used again for the next entry when it is finished. */
export interface BodyBuilder {
  readonly count: number;
  /** What the body takes at most. */
  readonly bytes: number;
  /**
   * Takes one message, or says why it never can be taken. Undefined: taken.
   * The size is looked at exactly only where it comes near the bound.
   */
  add(message: TransportMessage): Refusal | undefined;
  /** At least one was taken. The bytes are the caller's. */
  finish(): FinishedBody;
}

/** Reads a body; throws whatever is wrong with it. */
export type BodyReader = (body: Buffer, header: EntryHeader, flags: number, deliveryCount: number) => UnpackedMessage[];

/** The refusal of a message that is larger than the bound. */
export function tooLarge(most: number, bytes: number): Refusal {
  return { code: 'PAYLOAD_TOO_LARGE', message: `Expected at most ${most} bytes of payload, received ${bytes}.` };
}
