import { PRIORITY_NAMES, type DeadLetter, type DeadLetterStore } from '@tradewind/core-types';
import type { DeadLetterRow, DeadLettersAnswer } from '../protocol/index.ts';
import { payloadText } from '../tail/payload-text.ts';

/** Which letters of which store. */
export interface LettersQuery {
  readonly store: string;
  readonly pattern: string | undefined;
  readonly id: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
  readonly payloads: boolean;
}

/** A page of dead letters, oldest first. Rejects with what the store says of the pattern or the id. */
export async function deadLettersOf(letters: DeadLetterStore, query: LettersQuery): Promise<DeadLettersAnswer> {
  const { store, pattern, id, after, limit, payloads } = query;
  const rows: DeadLetterRow[] = [];
  let isMore = false;
  const ids = id === undefined ? undefined : [id];
  for await (const letter of letters.list({ pattern, ids, after, limit: limit + 1 })) {
    isMore = rows.length >= limit;
    if (isMore) break;
    rows.push(letterRow(letter, payloads));
  }
  return { store, letters: rows, next: isMore ? (rows.at(-1)?.id ?? null) : null };
}

function letterRow(letter: DeadLetter, payloads: boolean): DeadLetterRow {
  const { id, producer, sequence, topic, publishedAtMs, deadAtMs, attempts, cause, headers } = letter;
  const shown = payloads ? payloadText(letter.payload, MAX_PAYLOAD_CHARACTERS) : undefined;
  return {
    id,
    producer,
    sequence,
    topic,
    priority: PRIORITY_NAMES[letter.priority],
    publishedAtMs,
    deadAtMs,
    attempts,
    subscription: letter.subscriptionId ?? null,
    orderingKey: letter.orderingKey ?? null,
    correlationId: letter.correlationId ?? null,
    cause: { message: payloads ? cause.message.slice(0, MAX_PAYLOAD_CHARACTERS) : null, code: cause.code ?? null },
    payload: shown?.text ?? null,
    payloadCut: shown?.isCut ?? false,
    headers: payloads ? (headers ?? {}) : null,
  };
}

const MAX_PAYLOAD_CHARACTERS = 8_000;
