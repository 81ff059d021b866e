import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal, storedBefore } from '../../src/redis/journal.ts';
import { RedisBooks } from '../../src/redis/redis-accounts.ts';

const NO_FAULTS = { losses: [], stuck: [], unsettled: 0, failures: [], isComplete: true };

describe('the books of a demo over Redis', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'demo-books-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('agree when everything that was stored was handled; what ran twice is shown and is no problem', () => {
    new Journal(folder, 'feed').note('out', 'market', [0, 1, 2]);
    const strategy = new Journal(folder, 'strategy');
    strategy.note('in', 'market', [0, 1]);
    const books = new RedisBooks(folder);
    books.read();
    expect(books.areSettled).toBe(false);
    strategy.note('in', 'market', [1, 2]);
    books.read();
    expect(books.areSettled).toBe(true);
    const { lines, problems } = books.settle(NO_FAULTS);
    expect(problems).toEqual([]);
    expect(lines[0]).toMatchObject({ flow: 'market', published: 3, handled: 3, repeated: 1, missing: 0 });
  });

  test('name a message that was stored and never handled, and one that nobody noted as stored', () => {
    new Journal(folder, 'feed').note('out', 'market', [0, 1, 2]);
    new Journal(folder, 'strategy').note('in', 'market', [0, 2]);
    new Journal(folder, 'risk').note('in', 'check', ['imbalance-1']);
    const books = new RedisBooks(folder);
    books.read();
    expect(books.settle(NO_FAULTS).problems).toEqual([
      'quotes and trades: 3 stored by the feed, 1 of them never handled by the strategy',
      'orders to check: 1 handled by the risk that the strategy never noted as stored',
    ]);
  });

  test('say that a process has begun when it has both published and handled something', () => {
    const books = new RedisBooks(folder);
    const strategy = new Journal(folder, 'strategy');
    strategy.note('in', 'market', [0]);
    books.read();
    expect(books.hasBegun('strategy')).toBe(false);
    strategy.note('out', 'check', ['imbalance-1']);
    books.read();
    expect(books.hasBegun('strategy')).toBe(true);
    expect(books.hasBegun('risk')).toBe(false);
  });

  test('have no place to hide what processes and transports reported', () => {
    const { problems } = new RedisBooks(folder).settle({
      losses: ['strategy: sequenceGap: 3 messages'],
      stuck: ['risk'],
      unsettled: 2,
      failures: ['the feed failed: no reason'],
      isComplete: false,
    });
    expect(problems).toEqual([
      'the market did not come to its end',
      'reported as lost: strategy: sequenceGap: 3 messages',
      'the feed failed: no reason',
      'the risk did not end when it was asked to',
      '2 deliveries unfinished at the end',
    ]);
  });

  test('a process that is started again knows what it had stored', () => {
    expect(storedBefore(folder, 'feed', 'market')).toBe(0);
    const journal = new Journal(folder, 'feed');
    journal.note('out', 'market', [0, 1]);
    journal.note('in', 'execute', ['imbalance-0']);
    expect(storedBefore(folder, 'feed', 'market')).toBe(2);
  });
});
