import type { TailBatch, TailMessage } from '../../../src/dashboard/protocol/index.ts';

/** A message with a number by which it is told from others. */
export interface NumberedMessage extends TailMessage {
  readonly number: number;
}

/** What is seen of the messages of a bus. */
export interface TailState {
  /** The newest first; bounded. */
  readonly messages: readonly NumberedMessage[];
  readonly shown: number;
  /** Messages of the pattern that were beyond the rate. */
  readonly leftOut: number;
  /** Messages that were not even compared with the pattern. */
  readonly unseen: number;
  /** How often the connection broke off: what passed meanwhile is not known. */
  readonly breaks: number;
}

export const EMPTY_TAIL: TailState = { messages: [], shown: 0, leftOut: 0, unseen: 0, breaks: 0 };

/** Takes a batch in. While it is paused, what comes is counted as left out. Pure. */
export function withBatch(tail: TailState, batch: TailBatch, isPaused: boolean): TailState {
  const { messages, leftOut, unseen } = batch;
  if (messages.length === 0 && leftOut === 0 && unseen === 0) return tail;
  const counted = { leftOut: tail.leftOut + leftOut, unseen: tail.unseen + unseen };
  if (isPaused) return { ...tail, ...counted, leftOut: counted.leftOut + messages.length };
  const numbered = messages.map((message, index) => ({ ...message, number: tail.shown + index }));
  return {
    ...tail,
    ...counted,
    messages: [...numbered.toReversed(), ...tail.messages].slice(0, MAX_MESSAGES),
    shown: tail.shown + messages.length,
  };
}

/** Takes note of a connection that broke off; what was seen stays. Pure. */
export function withBreak(tail: TailState): TailState {
  return { ...tail, breaks: tail.breaks + 1 };
}

const MAX_MESSAGES = 200;
