import type { Clock } from '@tradewind/core-types';
import { RedisTransportError, toTransportError } from '../errors.ts';
import type { CommandArgument, ReaderPort } from './ports.ts';
import { ManagedClient } from './managed-client.ts';
import type { RedisLike } from './redis-like.ts';

export interface ReaderParts {
  /** A new client, at the node that has the keys now. */
  readonly connect: () => Promise<RedisLike>;
  /** Sends `CLIENT UNBLOCK id` to the node of this reader. */
  readonly unblock: (clientId: number, reader: RedisLike) => Promise<unknown>;
  /** Whether its keys may move to another node. */
  readonly moves: boolean;
  readonly onClosed: (reader: ReaderConnection) => void;
  readonly clock: Clock;
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** A connection of its own for blocking reads. In Cluster it follows its slot to another node. */
export class ReaderConnection implements ReaderPort {
  readonly #parts: ReaderParts;
  #managed: Promise<ManagedClient> | undefined;
  #current: ManagedClient | undefined;
  #clientId: number | undefined;
  #reading = false;
  #closed = false;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  async read(command: string, args: readonly CommandArgument[], blockMs: number): Promise<unknown> {
    if (this.#closed) throw closedReader();
    this.#managed ??= this.#connect();
    let managed: ManagedClient;
    try {
      managed = await this.#managed;
    } catch (error) {
      this.#managed = undefined;
      throw toTransportError(error, { doing: 'connecting to read', sent: false });
    }
    this.#reading = true;
    try {
      return await managed.submit(`reading (${command})`, () => managed.client.callBuffer(command, ...args), blockMs);
    } catch (error) {
      const failure = toTransportError(error, { doing: `reading (${command})` });
      // The slot may be elsewhere now: the next read asks where.
      if (this.#parts.moves && (failure.reply === undefined || failure.retryable) && failure.reply !== 'NOGROUP')
        this.#leave();
      throw failure;
    } finally {
      this.#reading = false;
    }
  }

  async unblock(): Promise<void> {
    const managed = this.#current;
    if (!this.#reading || managed === undefined || this.#clientId === undefined) return;
    // Where it may not be sent, the read ends by its own time.
    await this.#parts.unblock(this.#clientId, managed.client).catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#current?.close();
    this.#parts.onClosed(this);
  }

  async #connect(): Promise<ManagedClient> {
    const { connect, clock, commandTimeoutMs, connectTimeoutMs } = this.#parts;
    const client = await connect();
    const managed = new ManagedClient({
      client,
      owned: true,
      clock,
      commandTimeoutMs,
      connectTimeoutMs,
      admit: async () => {
        this.#clientId = await client.callBuffer('CLIENT', 'ID').then(Number, () => undefined);
      },
    });
    if (this.#closed) managed.close();
    this.#current = managed;
    return managed;
  }

  #leave(): void {
    this.#current?.close();
    this.#managed = undefined;
    this.#current = undefined;
  }
}

function closedReader(): RedisTransportError {
  return new RedisTransportError('TRANSPORT_CLOSED', {
    message: 'Expected an open reader, and it is closed.',
    hint: 'Make a new one.',
    retryable: false,
    mayHaveBeenStored: false,
  });
}
