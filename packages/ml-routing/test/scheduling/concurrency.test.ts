import { describe, expect, test } from 'vitest';
import { Concurrency, MOST_WORKERS } from '../../src/scheduling/concurrency.ts';

function overlap(concurrency: Concurrency, messages: number): void {
  for (let at = 0; at < messages; at += 1) concurrency.started();
  for (let at = 0; at < messages; at += 1) concurrency.ended();
}

describe('how many handlers run at once', () => {
  test('grows with the start that shows it, and never beyond what a client can have', () => {
    const concurrency = new Concurrency(undefined);
    expect([concurrency.started(), concurrency.started(), concurrency.started()]).toEqual([false, true, true]);
    expect(concurrency.workers).toBe(3);
    overlap(concurrency, 80);
    expect(concurrency.workers).toBe(MOST_WORKERS);
  });

  test('goes back by one in some thousand starts', () => {
    const concurrency = new Concurrency(undefined);
    overlap(concurrency, 4);
    for (let at = 0; at < 4_096; at += 1) overlap(concurrency, 1);
    expect(concurrency.workers).toBe(4);
    for (let at = 0; at < 4_096; at += 1) overlap(concurrency, 1);
    expect(concurrency.workers).toBe(3);
    for (let at = 0; at < 10 * 4_096; at += 1) overlap(concurrency, 1);
    expect(concurrency.workers).toBe(1);
  });

  test('stays what it was given to be', () => {
    const concurrency = new Concurrency(2);
    overlap(concurrency, 8);
    expect(concurrency.workers).toBe(2);
  });
});
