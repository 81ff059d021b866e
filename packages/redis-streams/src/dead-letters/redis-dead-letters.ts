import {
  ValidationError,
  parsePattern,
  patternMatches,
  showValue,
  type DeadLetter,
  type DeadLetterQuery,
  type DeadLetterStore,
  type RetryResult,
  type TransportMessage,
} from '@tradewind/core-types';
import type { CommandPort } from '../connection/ports.ts';
import { fieldOf, rawEntries } from '../consuming/replies.ts';
import { UNDECODABLE_TOPIC } from '../consuming/entry-opening.ts';
import type { Keys } from '../keys.ts';
import { causeOf, unpackLetter } from './letter-format.ts';

/** What a store of dead letters stands on. */
export interface RedisDeadLettersParts {
  readonly commands: CommandPort;
  readonly keys: Keys;
  /** Publishes one message as a new one; resolves when it is stored. Its producer and sequence are the publisher's. */
  readonly publish: (message: Omit<TransportMessage, 'producer' | 'sequence' | 'publishedAtMs'>) => Promise<void>;
}

/**
 * The dead letters of all consumers of one base, in a stream of Redis, oldest first. They outlive the processes; only `purge` and a successful
 * `retry` remove them.
 *
 * Ids are those of the stream's entries. A letter of the topic `redis.undecodable` holds the raw bytes of an entry that could not be read: it can be looked at and
 * purged, and its retry fails.
 */
export class RedisDeadLetters implements DeadLetterStore {
  readonly #parts: RedisDeadLettersParts;

  constructor(parts: RedisDeadLettersParts) {
    this.#parts = parts;
  }

  /**
   * Reads pages of 100 as the reader goes on; what is added meanwhile is listed too.
   *
   * @throws ValidationError `INVALID_PATTERN`, `INVALID_OPTIONS`, when the iteration starts; RedisTransportError.
   */
  async *list(query: DeadLetterQuery = {}): AsyncGenerator<DeadLetter> {
    const pattern = query.pattern === undefined ? undefined : parsePattern(query.pattern);
    const limit = parseLimit(query.limit);
    const after = query.after === undefined ? undefined : parseAfter(query.after);
    let listed = 0;
    for await (const letter of this.#letters(query.ids, after)) {
      if (listed === limit) return;
      if (pattern !== undefined && !patternMatches(pattern, letter.topic)) continue;
      listed += 1;
      yield letter;
    }
  }

  /** One after the other: the letters of one key keep their order. @throws RedisTransportError when the letters cannot be read. */
  async retry(ids: readonly string[]): Promise<RetryResult> {
    const retried: string[] = [];
    const unknown: string[] = [];
    const failed: { id: string; reason: string }[] = [];
    for (const id of ids) {
      const letter = await this.#letter(id);
      if (letter === undefined) {
        unknown.push(id);
        continue;
      }
      try {
        await this.#publishAgain(letter);
        await this.purge([id]);
        retried.push(id);
      } catch (error) {
        failed.push({ id, reason: causeOf(error).message });
      }
    }
    return { retried, unknown, failed };
  }

  async purge(ids: readonly string[]): Promise<number> {
    const known = ids.filter(isEntryId);
    if (known.length === 0) return 0;
    const { commands, keys } = this.#parts;
    return Number(await commands.call('XDEL', keys.dead, [keys.dead, ...known]));
  }

  async *#letters(ids: readonly string[] | undefined, after: string | undefined): AsyncGenerator<DeadLetter> {
    if (ids !== undefined) {
      for (const id of [...new Set(ids)].filter(isEntryId).sort(byId)) {
        const letter = after !== undefined && byId(id, after) <= 0 ? undefined : await this.#letter(id);
        if (letter !== undefined) yield letter;
      }
      return;
    }
    let from = after === undefined ? '-' : `(${after}`;
    for (;;) {
      const page = await this.#page(from, '+', PAGE);
      yield* page.letters;
      if (page.lastId === undefined) return;
      from = `(${page.lastId}`;
    }
  }

  async #letter(id: string): Promise<DeadLetter | undefined> {
    return isEntryId(id) ? (await this.#page(id, id, 1)).letters[0] : undefined;
  }

  async #page(from: string, to: string, count: number): Promise<{ letters: DeadLetter[]; lastId: string | undefined }> {
    const { commands, keys } = this.#parts;
    const entries = rawEntries(await commands.call('XRANGE', keys.dead, [keys.dead, from, to, 'COUNT', count]));
    const letters: DeadLetter[] = [];
    for (const { id, fields } of entries) {
      const bytes = fieldOf(fields ?? [], 'b');
      letters.push(bytes === undefined ? unreadable(id) : readable(id, bytes));
    }
    return { letters, lastId: entries.at(-1)?.id };
  }

  async #publishAgain(letter: DeadLetter): Promise<void> {
    if (letter.topic === UNDECODABLE_TOPIC)
      throw new Error(
        'Expected a message, and these are bytes that could not be read. Look at its payload, then purge it.',
      );
    const { topic, payload, priority, orderingKey, correlationId, headers } = letter;
    await this.#parts.publish({ topic, payload, priority, orderingKey, correlationId, headers });
  }
}

function readable(id: string, bytes: Buffer): DeadLetter {
  try {
    return unpackLetter(id, bytes);
  } catch {
    return unreadable(id, bytes);
  }
}

/** An entry of the stream that is no letter of ours is shown, so that it can be purged. */
function unreadable(id: string, bytes?: Buffer): DeadLetter {
  const atMs = Number(id.split('-')[0]);
  return {
    id,
    producer: '',
    sequence: 0,
    topic: UNDECODABLE_TOPIC,
    payload: bytes ?? null,
    priority: 3,
    publishedAtMs: atMs,
    deadAtMs: atMs,
    attempts: 0,
    cause: { message: 'This entry is no dead letter of a version that is known here.' },
  };
}

function isEntryId(id: string): boolean {
  return ENTRY_ID.test(id);
}

function byId(a: string, b: string): number {
  const [aMs = '', aNumber = ''] = a.split('-');
  const [bMs = '', bNumber = ''] = b.split('-');
  return Number(BigInt(aMs) - BigInt(bMs)) || Number(BigInt(aNumber) - BigInt(bNumber));
}

function parseAfter(after: string): string {
  if (isEntryId(after)) return after;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'after',
    expected: 'the id of a dead letter, such as 1700000000000-0',
    received: showValue(after),
    hint: 'Give the id of the last letter of the page before.',
  });
}

function parseLimit(limit: number | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'limit',
    expected: 'a whole number of at least 0',
    received: showValue(limit),
    hint: `Leave it out for the oldest ${DEFAULT_LIMIT}.`,
  });
}

/** Both numbers of an id are unsigned and of 64 bits. */
const ENTRY_ID = /^\d{1,20}-\d{1,20}$/u;
const DEFAULT_LIMIT = 100;
const PAGE = 100;
