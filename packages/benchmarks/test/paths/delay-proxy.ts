import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on the loopback interface that hands everything on in order, after a while. */
export interface DelayProxy {
  readonly port: number;
  /** How long bytes take in each direction, in milliseconds; for what comes from now on. */
  delayMs: number;
  /** From now on nothing gets through. Connections stay open: whoever waits for an answer sees a path that stands still. */
  hold(): void;
  /** Hands on what was held, in order, and whatever comes after it. */
  release(): void;
  close(): Promise<void>;
}

export async function startDelayProxy(targetPort: number, delayMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const lines = new Set<DelayLine>();
  const conditions = { delayMs, isHeld: false };
  const server = createServer((client) => {
    const target = connect({ host: '127.0.0.1', port: targetPort });
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      const line = new DelayLine(to, conditions);
      from.setNoDelay(true);
      from.on('data', (bytes: Buffer) => line.take(bytes));
      // A connection that breaks is closed on the other side too: its error is the peer's matter.
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        lines.delete(line);
        to.destroy();
      });
      sockets.add(from);
      lines.add(line);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP port.');
  return Object.assign(conditions, {
    port: address.port,
    hold: () => {
      conditions.isHeld = true;
    },
    release: () => {
      conditions.isHeld = false;
      for (const line of lines) line.handOn();
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  });
}

/** One direction of a connection. One timer for the oldest bytes: with one for each, a delay that falls would let later ones overtake. */
class DelayLine {
  readonly #to: Socket;
  readonly #conditions: { readonly delayMs: number; readonly isHeld: boolean };
  readonly #waiting: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
  #isWaiting = false;

  constructor(to: Socket, conditions: { readonly delayMs: number; readonly isHeld: boolean }) {
    this.#to = to;
    this.#conditions = conditions;
  }

  take(bytes: Buffer): void {
    this.#waiting.push({ bytes, dueMs: performance.now() + this.#conditions.delayMs });
    this.handOn();
  }

  /** Writes what is due, and comes back for the rest. */
  handOn(): void {
    if (this.#isWaiting || this.#conditions.isHeld) return;
    const nowMs = performance.now();
    let next = this.#waiting[0];
    while (next !== undefined && next.dueMs <= nowMs) {
      this.#waiting.shift();
      if (this.#to.writable) this.#to.write(next.bytes);
      next = this.#waiting[0];
    }
    if (next === undefined) return;
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.handOn();
    }, next.dueMs - nowMs);
  }
}
