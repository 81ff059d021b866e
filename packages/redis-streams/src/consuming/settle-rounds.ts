import type { Clock, Timer } from '@tradewind/core-types';
import type { CommandPort, ScriptCall } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';

/** A call of a round, and who waits for its answer. */
interface Asked {
  readonly call: ScriptCall;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets the shards of one node speak together: what they have to say leaves in one write, a few milliseconds after the first of them had something.
 *
 * Workload: at 10,000 messages a second there is an entry each millisecond in each of four shards. Settling each by itself would cost the server and this
 * process as much as reading it did; together they cost one write for what came in 5 ms. Who cannot wait asks for the end of this turn.
 */
export class SettleRounds {
  readonly #claims: CommandPort;
  readonly #clock: Clock;
  #members: (() => void)[] = [];
  #asked: Asked[] = [];
  #timer: Timer | undefined = undefined;
  #isNext = false;

  constructor(claims: CommandPort, clock: Clock) {
    this.#claims = claims;
    this.#clock = clock;
  }

  /** Calls back within 5 ms, or with `isUrgent` at the end of this turn. Each time it is called back once; what it then asks goes with the round. */
  join(speak: () => void, isUrgent: boolean): void {
    this.#members.push(speak);
    if (isUrgent) this.hurry();
    else if (!this.#isNext) this.#timer ??= this.#clock.setTimer(this.#speak, GATHER_MS);
  }

  /** The round is at the end of this turn. */
  hurry(): void {
    if (this.#isNext) return;
    this.#isNext = true;
    this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#clock.nextTurn(this.#speak);
  }

  /** To be called while being called back. */
  ask(call: ScriptCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ call, resolve, reject });
    });
  }

  readonly #speak = (): void => {
    this.#timer = undefined;
    this.#isNext = false;
    const members = this.#members;
    this.#members = [];
    for (const speak of members) speak();
    const asked = this.#asked;
    this.#asked = [];
    const [first] = asked;
    if (first === undefined) return;
    if (asked.length === 1) {
      const { call, resolve, reject } = first;
      this.#claims.run(call.script, call.keys, call.args).then(resolve, reject);
      return;
    }
    const calls = asked.map(({ call }) => call);
    this.#claims.pipeline(first.call.keys[0] as string, calls).then(
      (replies) => answer(asked, replies),
      (error: unknown) => {
        for (const { reject } of asked) reject(error);
      },
    );
  };
}

function answer(asked: readonly Asked[], replies: readonly unknown[]): void {
  for (const [i, { resolve, reject }] of asked.entries()) {
    const reply = replies[i];
    if (reply instanceof RedisTransportError) reject(reply);
    else resolve(reply);
  }
}

/** What was handled this long before a crash may run again. With an entry each millisecond the server settles a fifth as often. */
const GATHER_MS = 5;
