import { ManualClock } from '@tradewind/core/testing';
import { expect, test } from 'vitest';
import type { CommandPort, PortCall } from '../../src/connection/ports.ts';
import { SettleRounds } from '../../src/consuming/settle-rounds.ts';
import { RedisTransportError } from '../../src/errors.ts';
import { defineScript } from '../../src/scripts/script.ts';

const SCRIPT = defineScript('test', 'return 1');

/** Keeps what was sent, one list for each write, and answers each call with the place it had. */
class Claims implements CommandPort {
  readonly writes: (readonly string[])[] = [];

  call(): Promise<unknown> {
    return Promise.reject(new Error('only scripts come here'));
  }

  run(_script: unknown, [key = '']: readonly string[]): Promise<unknown> {
    this.writes.push([key]);
    return Promise.resolve(0);
  }

  pipeline(_key: string, calls: readonly PortCall[]): Promise<readonly unknown[]> {
    const keys = calls.map((call) => ('script' in call ? (call.keys[0] ?? '') : call.command));
    this.writes.push(keys);
    return Promise.resolve(keys.map((key, i) => (key === 'refused' ? refusal() : i)));
  }
}

function refusal(): RedisTransportError {
  const details = { message: 'It is busy.', hint: 'Try again.', retryable: true, mayHaveBeenStored: false };
  return new RedisTransportError('TRANSPORT_UNAVAILABLE', details, 'BUSY');
}

/** A round of shards, each of which asks once when it is called back. */
function roundOf(clock: ManualClock): {
  readonly claims: Claims;
  readonly answers: unknown[];
  readonly join: (key: string, isUrgent: boolean) => void;
} {
  const claims = new Claims();
  const rounds = new SettleRounds(claims, clock);
  const answers: unknown[] = [];
  const join = (key: string, isUrgent: boolean): void => {
    rounds.join(() => {
      rounds.ask({ script: SCRIPT, keys: [key], args: [] }).then(
        (answer) => answers.push([key, answer]),
        (error: unknown) => answers.push([key, error instanceof RedisTransportError ? error.reply : error]),
      );
    }, isUrgent);
  };
  return { claims, answers, join };
}

test('what several shards have to say within 5 ms leaves in one write, and each gets its own answer', async () => {
  const clock = new ManualClock();
  const { claims, answers, join } = roundOf(clock);
  join('a', false);
  await clock.advance(3);
  join('refused', false);
  join('c', false);
  expect(claims.writes).toEqual([]);
  await clock.advance(2);
  expect(claims.writes).toEqual([['a', 'refused', 'c']]);
  expect(answers).toEqual([
    ['a', 0],
    ['refused', 'BUSY'],
    ['c', 2],
  ]);
  await clock.advance(20);
  expect(claims.writes).toHaveLength(1);
});

test('who cannot wait takes the others along at the end of the turn', async () => {
  const clock = new ManualClock();
  const { claims, join } = roundOf(clock);
  join('a', false);
  join('b', true);
  await clock.advance(0);
  expect(claims.writes).toEqual([['a', 'b']]);
  join('c', false);
  await clock.advance(5);
  expect(claims.writes).toEqual([['a', 'b'], ['c']]);
});
