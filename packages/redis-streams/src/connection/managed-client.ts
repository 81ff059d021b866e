import type { Clock } from '@tradewind/core-types';
import { RedisTransportError, toTransportError } from '../errors.ts';
import type { ConnectionStatus } from './ports.ts';
import { PendingCall, PendingCalls } from './pending-calls.ts';
import { isClusterLike, type RedisLike } from './redis-like.ts';

export interface ManagedClientOptions {
  readonly client: RedisLike;
  /** Whether we made it: only then is it closed, or made to connect again. */
  readonly owned: boolean;
  readonly clock: Clock;
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** What has to be done on a new connection before anything else; it rejects where we cannot work with this server. */
  readonly admit?: ((client: RedisLike) => Promise<void>) | undefined;
  /** Told of every answer: how long it took, in milliseconds. */
  readonly onAnswer?: ((ms: number) => void) | undefined;
  /** Told when the server refuses something to our user. */
  readonly onDenied?: (() => void) | undefined;
  readonly onStatus?: ((status: ConnectionStatus) => void) | undefined;
}

/**
 * One ioredis client and what ioredis leaves open: every call settles by a deadline, a lost connection settles at once whatever was
 * on its way, and a server that stopped answering is left for a new connection.
 *
 * While there is no connection calls wait here, not in ioredis, and within the same deadline: its own queue would send them
 * after we had given them up.
 */
export class ManagedClient {
  readonly client: RedisLike;
  readonly #options: ManagedClientOptions;
  readonly #pending: PendingCalls;
  #waiting: { readonly call: PendingCall; readonly send: () => Promise<unknown> }[] = [];
  #status: ConnectionStatus = 'idle';
  #lastError: RedisTransportError | undefined;
  /** Counts connections, so that what belongs to an earlier one is told apart. */
  #generation = 0;
  /** The connection that was left last. */
  #left = -1;

  constructor(options: ManagedClientOptions) {
    this.client = options.client;
    this.#options = options;
    this.#pending = new PendingCalls(options.clock, (call) => this.#overdue(call));
    const { client } = options;
    client.on('ready', this.#onReady);
    client.on('close', this.#onClose);
    client.on('end', this.#onClose);
    client.on('error', this.#onError);
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** Why there is no connection, or why there was none. */
  get lastError(): RedisTransportError | undefined {
    return this.#lastError;
  }

  /** Starts connecting, if that has not begun. */
  start(): void {
    if (this.#status !== 'idle') return;
    this.#become('connecting');
    if (this.client.status === 'ready') this.#onReady();
    else if (this.client.status === 'wait') this.client.connect().catch(ignore);
    this.#watchConnecting();
  }

  /** Sends now, or as soon as there is a connection. The deadline is later by `extraMs`, which the server may take on purpose. */
  submit(doing: string, send: () => Promise<unknown>, extraMs = 0): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = new PendingCall(doing, resolve, reject);
      if (this.#status === 'closed') {
        reject(closedError(doing));
        return;
      }
      this.start();
      this.#pending.add(call, this.#options.commandTimeoutMs + extraMs);
      if (this.#status === 'ready') void this.#send(call, send);
      else if (this.#isHopeless()) this.#fail(call, this.#lastError);
      else this.#waiting.push({ call, send });
    });
  }

  /** Rejects what is open, and closes the client if it is ours. */
  close(): void {
    if (this.#status === 'closed') return;
    this.#become('closed');
    const { client, owned } = this.#options;
    client.off('ready', this.#onReady);
    client.off('close', this.#onClose);
    client.off('end', this.#onClose);
    this.#waiting = [];
    for (const call of this.#pending.takeAll()) call.reject(closedError(call.doing, call.sent));
    this.#pending.stop();
    // The listener for errors stays on a client of ours: one that comes late must not go to the console.
    if (owned) client.disconnect();
    else client.off('error', this.#onError);
  }

  /** Leaves the connection for a new one, where that is ours to decide; each connection once. */
  reconnect(): void {
    const { client, owned } = this.#options;
    if (this.#left === this.#generation) return;
    this.#left = this.#generation;
    if (isClusterLike(client)) client.refreshSlotsCache(ignore);
    else if (owned && client.status !== 'reconnecting') client.disconnect(true);
  }

  async #send(call: PendingCall, send: () => Promise<unknown>): Promise<void> {
    call.sent = true;
    const { clock, onAnswer } = this.#options;
    const sentAtMs = clock.now();
    try {
      const reply = await send();
      onAnswer?.(clock.now() - sentAtMs);
      if (call.settled) return;
      this.#pending.settled(call);
      call.resolve(reply);
    } catch (error) {
      if (!call.settled) this.#fail(call, error);
    }
  }

  #fail(call: PendingCall, error: unknown): void {
    this.#pending.settled(call);
    const failure = toTransportError(error, { doing: call.doing, sent: call.sent });
    // What fails because the connection was denied was counted with the connection.
    if (failure.code === 'TRANSPORT_DENIED' && failure !== this.#lastError) this.#options.onDenied?.();
    call.reject(failure);
  }

  #overdue(call: PendingCall): void {
    const { commandTimeoutMs } = this.#options;
    if (!call.sent) {
      this.#waiting = this.#waiting.filter((waiting) => waiting.call !== call);
      call.reject(this.#lastError ?? neverConnected(call.doing, commandTimeoutMs));
      return;
    }
    call.reject(
      new RedisTransportError('TRANSPORT_TIMEOUT', {
        message: `Expected an answer of Redis within ${commandTimeoutMs} ms while ${call.doing}, and none came.`,
        hint: 'It may still be carried out; trying again is safe.',
        retryable: true,
        mayHaveBeenStored: true,
      }),
    );
    this.reconnect();
  }

  readonly #onReady = (): void => {
    this.#generation += 1;
    if (this.#options.admit === undefined) this.#admitted();
    else void this.#admit(this.#options.admit, this.#generation);
  };

  async #admit(admit: (client: RedisLike) => Promise<void>, generation: number): Promise<void> {
    try {
      await admit(this.client);
      if (generation === this.#generation && this.#status !== 'closed') this.#admitted();
    } catch (error) {
      if (generation !== this.#generation || this.#status === 'closed') return;
      this.#onError(error);
      // What may pass by itself, as a lost connection, is tried again; a layout that differs stays.
      if (this.#lastError?.retryable === true) this.reconnect();
    }
  }

  #admitted(): void {
    this.#lastError = undefined;
    this.#become('ready');
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { call, send } of waiting) if (!call.settled) void this.#send(call, send);
  }

  readonly #onClose = (): void => {
    this.#generation += 1;
    if (this.#status === 'closed') return;
    for (const call of this.#pending.takeAll(({ sent }) => sent)) {
      call.reject(toTransportError(new Error('closed'), { doing: call.doing }));
    }
    if (this.client.status === 'end') this.#lastError ??= endedError();
    this.#become('lost');
    this.#watchConnecting();
  };

  readonly #onError = (error: unknown): void => {
    if (this.#status === 'closed') return;
    // That it was closed is told again for each command of ioredis's own that was on its way; why, only once.
    if (this.#lastError === undefined || !isOnlyClosed(error))
      this.#lastError = toTransportError(reasonOf(error), { doing: 'connecting', sent: false });
    if (this.#lastError?.code === 'TRANSPORT_DENIED') this.#options.onDenied?.();
    if (this.#status !== 'ready') this.#become('lost');
    if (!this.#isHopeless()) return;
    for (const { call } of this.#waiting) this.#fail(call, this.#lastError);
    this.#waiting = [];
  };

  /** Whether waiting for a connection is no use: the password is wrong, or the layout differs. */
  #isHopeless(): boolean {
    return this.#lastError !== undefined && !this.#lastError.retryable;
  }

  /** A server may take the connection and then say nothing, as a stopped process does: ioredis would wait for ever. */
  #watchConnecting(): void {
    const { clock, connectTimeoutMs } = this.#options;
    const generation = this.#generation;
    clock.setTimer(
      () => {
        if (generation !== this.#generation || this.#status === 'ready' || this.#status === 'closed') return;
        this.#lastError ??= neverConnected('connecting', connectTimeoutMs);
        this.#generation += 1;
        this.reconnect();
        this.#watchConnecting();
      },
      connectTimeoutMs,
      { background: true },
    );
  }

  #become(status: ConnectionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#options.onStatus?.(status);
  }
}

function isOnlyClosed(error: unknown): boolean {
  return error instanceof Error && error.message === 'Connection is closed.';
}

/** A Cluster says that all its nodes failed, and beside it how the last one did: a wrong password, for one. */
function reasonOf(error: unknown): unknown {
  const last: unknown = error instanceof Error && 'lastNodeError' in error ? error.lastNodeError : undefined;
  return last instanceof Error ? last : error;
}

function closedError(doing: string, sent = false): RedisTransportError {
  return new RedisTransportError('TRANSPORT_CLOSED', {
    message: `Expected an open transport while ${doing}, and it is closed.`,
    hint: 'Make a new one.',
    retryable: false,
    mayHaveBeenStored: sent,
  });
}

function endedError(): RedisTransportError {
  return new RedisTransportError('TRANSPORT_UNAVAILABLE', {
    message: 'Expected a client that connects again, and its owner closed it.',
    hint: 'Give the transport a client that stays open as long as itself.',
    retryable: true,
    mayHaveBeenStored: false,
  });
}

function neverConnected(doing: string, timeoutMs: number): RedisTransportError {
  return new RedisTransportError('TRANSPORT_UNAVAILABLE', {
    message: `Expected a connection to Redis within ${timeoutMs} ms while ${doing}, and there was none.`,
    hint: 'Check that the server runs and can be reached; it is tried again.',
    retryable: true,
    mayHaveBeenStored: false,
  });
}

function ignore(): void {
  // What failed is told by the events of the client.
}
