import type { Failures } from './failures.ts';
import type { OwnedStream } from './owned-stream.ts';
import type { Settlements } from './settlements.ts';

/** What a shard needs to settle its entries. */
export interface OwnedShardParts {
  readonly index: number;
  readonly settlements: Settlements;
  readonly failures: Failures;
  /** A message was settled, or given up for now. */
  readonly onSettled: () => void;
}

/**
 * A shard of which this consumer holds the lease: only it reads the shard's streams for its group, hands their entries out and acknowledges them.
 *
 * `owned`: it does. `draining`: it reads nothing more, waits for what is open, and gives the lease back. `lost`: it is somebody else's.
 */
export class OwnedShard {
  readonly index: number;
  readonly settlements: Settlements;
  readonly failures: Failures;
  readonly streams: OwnedStream[] = [];
  state: 'owned' | 'draining' | 'lost' = 'owned';
  /** Until when the lease holds for certain, on the consumer's clock. */
  validUntilMs: number = 0;
  /** While draining: until when open entries are waited for. */
  drainUntilMs: number = Infinity;
  /** Giving it back took too long: until then it is not tried again. */
  keepUntilMs: number = 0;
  /** Whether somebody is at it: heartbeats, new topics, sweeps. */
  isTended: boolean = false;
  /** When abandoned entries are looked for next. */
  sweepAtMs: number = 0;
  readonly #onSettled: () => void;

  constructor(parts: OwnedShardParts) {
    this.index = parts.index;
    this.settlements = parts.settlements;
    this.failures = parts.failures;
    this.#onSettled = parts.onSettled;
  }

  /** Whether entries of it may be read and handed out at this moment. */
  isServed(nowMs: number): boolean {
    return this.state === 'owned' && nowMs < this.validUntilMs;
  }

  /** How many messages are with the receiver. */
  get open(): number {
    let open = 0;
    for (const stream of this.streams) for (const entry of stream.open.values()) open += entry.inHand;
    return open;
  }

  settled(): void {
    if (this.state === 'draining') this.#onSettled();
  }

  /** Takes everything that is open from the receiver: it is somebody else's from now on. */
  revoke(): number {
    let open = 0;
    for (const stream of this.streams) {
      for (const entry of stream.open.values()) {
        open += entry.open;
        entry.revoke();
      }
      stream.open.clear();
    }
    return open;
  }
}
