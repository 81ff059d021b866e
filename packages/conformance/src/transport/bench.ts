import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeOptions, Transport } from '@tradewind/core-types';
import { eventually, settledWithin } from '../waiting.ts';
import { Inbox, type InboxOptions } from './inbox.ts';
import { Outbox } from './outbox.ts';
import type { TransportPlace, TransportSubject } from './subject.ts';

const DEFAULT_WITHIN_MS = 3_000;
const DEFAULT_QUIET_MS = 50;

/** One place with the transports, producers and consumers of one rule. */
export class TransportBench {
  readonly place: TransportPlace;
  readonly withinMs: number;
  readonly #quietMs: number;
  readonly #transports: Transport[] = [];
  #consumers = 0;

  constructor(place: TransportPlace, subject: TransportSubject) {
    this.place = place;
    this.withinMs = subject.withinMs ?? DEFAULT_WITHIN_MS;
    this.#quietMs = subject.quietMs ?? DEFAULT_QUIET_MS;
  }

  async connect(): Promise<Transport> {
    const transport = await this.place.connect();
    this.#transports.push(transport);
    return transport;
  }

  /** A client that publishes, on a connection of its own. */
  async outbox(producer = 'suite'): Promise<Outbox> {
    return new Outbox(await this.connect(), producer, this.withinMs);
  }

  /** A client that consumes, on a connection of its own. */
  async inbox(options: Partial<ConsumeOptions> = {}, behaviour: InboxOptions = {}): Promise<Inbox> {
    this.#consumers += 1;
    const inbox = new Inbox(behaviour);
    const transport = await this.connect();
    const consume = transport.consume(
      { consumer: `c${this.#consumers}`, patterns: ['*'], from: 'now', ...options },
      inbox,
    );
    await inbox.opened(settledWithin('consume', consume, this.withinMs));
    return inbox;
  }

  eventually(what: string, holds: () => boolean): Promise<void> {
    return eventually(what, holds, this.withinMs);
  }

  /** Waits until an inbox holds as many messages, and then for more that must not come. */
  async exactly(inbox: Inbox, count: number, what: string): Promise<void> {
    await this.eventually(`${what}: ${count} messages`, () => inbox.messages.length >= count);
    await this.quiet();
    assert.equal(inbox.messages.length, count, what);
  }

  /** Time in which something that must not happen would happen. */
  quiet(): Promise<void> {
    return sleep(this.#quietMs);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#transports.map((transport) => settledWithin('close', transport.close({ deadlineMs: 0 }), this.withinMs)),
    );
    await this.place.close?.();
  }
}

/** Runs a check at a fresh place, and closes everything afterwards. */
export async function atFreshPlace(
  subject: TransportSubject,
  check: (bench: TransportBench) => Promise<void>,
): Promise<void> {
  const bench = new TransportBench(await subject.create(), subject);
  try {
    await check(bench);
  } finally {
    await bench.close();
  }
}
