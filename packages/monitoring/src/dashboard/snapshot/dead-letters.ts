import { PRIORITY_NAMES, type DeadLetter, type DeadLetterStore } from '@tradewind/core-types';
import type { DeadLetterRow, DeadLettersAnswer } from '../protocol/index.ts';
import { performance } from 'node:perf_hooks';
import { payloadText } from '../tail/payload-text.ts';
import { WritingBudget } from '../tail/writing-budget.ts';

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
  // One page must not hold up the bus: of large payloads, those at its end are shown when their letters are asked for alone.
  const budget = new WritingBudget(WRITING_MS, () => performance.now());
  let isMore = false;
  const ids = id === undefined ? undefined : [id];
  for await (const letter of letters.list({ pattern, ids, after, limit: limit + 1 })) {
    isMore = rows.length >= limit;
    if (isMore) break;
    rows.push(letterRow(letter, payloads, budget));
  }
  return { store, letters: rows, next: isMore ? (rows.at(-1)?.id ?? null) : null };
}

function letterRow(letter: DeadLetter, payloads: boolean, budget: WritingBudget): DeadLetterRow {
  const { id, producer, sequence, topic, publishedAtMs, deadAtMs, attempts, cause, headers } = letter;
  const shown = payloads ? payloadText(letter.payload, MAX_PAYLOAD_CHARACTERS, budget) : undefined;
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
    cause: payloads ? wholeCause(cause) : { message: null, code: nameOf(cause.code) },
    payload: shown?.text ?? null,
    payloadCut: shown?.isCut ?? false,
    headers: payloads ? (headers ?? {}) : null,
  };
}

function wholeCause({ message, code }: DeadLetter['cause']): DeadLetterRow['cause'] {
  return {
    message: message.slice(0, MAX_PAYLOAD_CHARACTERS),
    code: code?.slice(0, MAX_CODE_CHARACTERS) ?? null,
  };
}

/** A code that names an error. A handler may put anything there, as a text that quotes the message that it could not handle. */
function nameOf(code: string | undefined): string | null {
  return code !== undefined && code.length <= MAX_CODE_CHARACTERS && /^[\w.-]+$/.test(code) ? code : null;
}

const WRITING_MS = 25;
const MAX_CODE_CHARACTERS = 64;
const MAX_PAYLOAD_CHARACTERS = 8_000;
