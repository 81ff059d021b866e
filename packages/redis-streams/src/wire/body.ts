import { types } from 'node:util';
import { showValue, type RejectedMessage, type TransportErrorCode, type TransportMessage } from '@tradewind/core-types';
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
  /** Messages that were taken, could be read no more when the body was written, and are not in it. Undefined: all are. */
  readonly refused?: readonly RefusedMessage[] | undefined;
}

/** A message that a body had to leave out; `place`: the how manyth it was, from 0. In their order. */
export interface RefusedMessage {
  readonly place: number;
  readonly refusal: Refusal;
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
  /** At least one was taken; none may be left, when all were refused. The bytes are the caller's. */
  finish(): FinishedBody;
}

/** Reads a body; throws whatever is wrong with it. */
export type BodyReader = (body: Buffer, header: EntryHeader, flags: number, deliveryCount: number) => UnpackedMessage[];

/** The refusal of a message that is larger than the bound. */
export function tooLarge(most: number, bytes: number): Refusal {
  return { code: 'PAYLOAD_TOO_LARGE', message: `Expected at most ${most} bytes of payload, received ${bytes}.` };
}

/** The refusal of a message that threw while it was read, as a getter may, and a proxy that was revoked does. */
export function unreadable(error: unknown): Refusal {
  const message = `payload: expected plain data, and reading it threw: ${textOf(error)}. Send a copy of its content.`;
  return { code: 'PAYLOAD_NOT_ENCODABLE', message };
}

/** The refusal of all messages of an entry that could not be made, for no reason that is known of one of them. */
export function unpackable(count: number, error: unknown): Refusal {
  const message = `Expected ${count} messages that can be packed, and packing them threw: ${textOf(error)}.`;
  return { code: 'PAYLOAD_NOT_ENCODABLE', message };
}

/** Of whatever was thrown: asking for its class could throw again. */
function textOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : showValue(error);
}
