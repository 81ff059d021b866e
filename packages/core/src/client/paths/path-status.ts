import type { Clock, Health, HealthSource, PathId, Transport } from '@tradewind/core-types';
import type { EventLogger } from '../../platform/event-logger.ts';
import type { EmitEvent } from '../observing/client-events.ts';

/**
 * Whether a path works, as far as its transport's answers tell, and the transport's own health where it has one.
 * Each change is logged and emitted once.
 */
export class PathStatus implements HealthSource {
  readonly name: PathId;
  readonly #transport: Transport & Partial<HealthSource>;
  readonly #clock: Clock;
  readonly #logger: EventLogger;
  readonly #emit: EmitEvent;
  #sinceMs: number;
  #error: unknown = undefined;
  #isDown = false;
  #failures = 0;

  constructor(
    name: PathId,
    transport: Transport,
    options: { readonly clock: Clock; readonly logger: EventLogger; readonly emit: EmitEvent },
  ) {
    this.name = name;
    this.#transport = transport;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#emit = options.emit;
    this.#sinceMs = options.clock.now();
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /**
   * Whether messages can go this way as far as anybody knows: the last answer was good, and the transport does not say of itself that it is down. A connection
   * that is lost shows at once; the publishing that waits for it fails only after its own deadline, some ten seconds.
   */
  get isUp(): boolean {
    if (this.#isDown) return false;
    try {
      return this.#transport.health?.().status !== 'down';
    } catch {
      // A transport that cannot tell must not take the series of its client with it.
      return true;
    }
  }

  /** How often it failed. */
  get failures(): number {
    return this.#failures;
  }

  failed(error: unknown, retryInMs: number): void {
    this.#failures += 1;
    this.#error = error;
    if (this.#isDown) return;
    this.#isDown = true;
    this.#sinceMs = this.#clock.now();
    const path = this.name;
    this.#logger.warn(
      { event: 'transport.failed', path, error, retryInMs },
      `The path ${path} failed; it is tried again.`,
    );
    this.#emit('pathDown', { path, error });
  }

  worked(): void {
    if (!this.#isDown) return;
    const nowMs = this.#clock.now();
    const downMs = nowMs - this.#sinceMs;
    this.#isDown = false;
    this.#error = undefined;
    this.#sinceMs = nowMs;
    const path = this.name;
    this.#logger.info(
      { event: 'transport.recovered', path, downMs },
      `The path ${path} works again after ${downMs} ms.`,
    );
    this.#emit('pathUp', { path, error: undefined });
  }

  health(): Health {
    if (!this.#isDown) return this.#transport.health?.() ?? { status: 'up', reason: '', sinceMs: this.#sinceMs };
    const reason = this.#error instanceof Error ? this.#error.message : 'its transport fails';
    return { status: 'down', reason, sinceMs: this.#sinceMs };
  }
}
