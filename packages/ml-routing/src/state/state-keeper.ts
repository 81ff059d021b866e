import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  silentLogger,
  type Clock,
  type Health,
  type HealthSource,
  type Logger,
  type MetricsSink,
  type MetricsSource,
  type PluginState,
  type StateOwner,
} from '@tradewind/core-types';
import { readNumbers } from '../options.ts';
import { BoundedStore } from './bounded-store.ts';
import { isResting } from './resting-owner.ts';
import { isSealed, openState, sealStateInTurns } from './state-envelope.ts';
import { StateError } from './state-error.ts';
import type { StateStore, StoredText } from './state-store.ts';

/** What a {@link StateKeeper} is told. */
export interface StateKeeperOptions {
  readonly owner: StateOwner;
  readonly store: StateStore;
  /** Says when a state was saved, and how long the store has not answered. */
  readonly clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  /** How long each answer of the store is waited for, in milliseconds. Default 5,000; 10 to 600,000. */
  readonly answerWithinMs?: number | undefined;
  /** Default: none. */
  readonly logger?: Logger | undefined;
}

/** How a start went: with what was learned before, or from nothing because there is nothing or nothing that can be used. */
export type StateStart = 'restored' | 'empty' | 'corrupt' | 'unreachable';

/**
 * Brings what was learned over a restart, and never lets it stand in the way of one.
 *
 * A state that cannot be read is set aside and the one before it is tried; where none can be used, or the store is away, the part starts as on its first day, with its static
 * policy, a warning and a metric. A store that does not answer in time counts as away; while a writing is unanswered nothing else is written. A store that was away at the start still has what was learned before: nothing is saved over it until that has been read and set aside. It is
 * not restored then, because a part takes a state over before its first message only. No method rejects.
 */
export class StateKeeper implements HealthSource, MetricsSource {
  readonly name = 'learned-state';
  readonly #owner: StateOwner;
  readonly #store: StateStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #logger: Logger;
  readonly #starts: Record<StateStart, number> = { restored: 0, empty: 0, corrupt: 0, unreachable: 0 };
  #saved = 0;
  #failed = 0;
  #setAside = 0;
  #savedAtMs = 0;
  #fault = '';
  #sinceMs: number;
  /** Whether the store may hold a state that nobody here has read. */
  #unread = false;
  /** The end of the last restoring or saving: one after the other, or an older state might overtake a newer one. */
  #busy: Promise<unknown> = Promise.resolve();

  /** @throws ValidationError `INVALID_OPTIONS` for a time to answer out of its range. */
  constructor(options: StateKeeperOptions) {
    const { owner, store, clock } = options;
    const { answerWithinMs } = readNumbers<'answerWithinMs'>(options, 'StateKeeperOptions', {
      answerWithinMs: { usual: 5_000, min: 10, max: 600_000 },
    });
    this.#owner = owner;
    this.#store = new BoundedStore(store, clock, answerWithinMs);
    this.#clock = clock;
    this.#logger = options.logger ?? silentLogger;
    this.#sinceMs = clock.now();
  }

  /** Restores the newest state that can be used. To be called before the first message. */
  restore(): Promise<StateStart> {
    const restoring = this.#busy.then(() => this.#restore());
    this.#busy = restoring;
    return restoring;
  }

  /** Saves the state as it is now, in several turns of the event loop where it is large. False where that failed; the state that was saved before is still there. */
  save(): Promise<boolean> {
    const saving = this.#busy.then(() => this.#save());
    this.#busy = saving;
    return saving;
  }

  /** Degraded while the last saving or loading has failed. */
  health(): Health {
    return { status: this.#fault === '' ? 'up' : 'degraded', reason: this.#fault, sinceMs: this.#sinceMs };
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_learned_state_starts_total', 'Starts by what became of the stored state.');
    for (const [result, count] of Object.entries(this.#starts)) {
      into.counter('tradewind_learned_state_starts_total', count, { result });
    }
    into.describe('tradewind_learned_state_saves_total', 'Savings of the learned state.');
    into.counter('tradewind_learned_state_saves_total', this.#saved, { result: 'saved' });
    into.counter('tradewind_learned_state_saves_total', this.#failed, { result: 'failed' });
    into.describe(
      'tradewind_learned_state_set_aside_total',
      'Stored states that were set aside: they could not be used, or not be read at the start.',
    );
    into.counter('tradewind_learned_state_set_aside_total', this.#setAside);
    into.describe(
      'tradewind_learned_state_saved_timestamp_seconds',
      'When the state was last saved, or that of the one restored; 0: never.',
    );
    into.gauge('tradewind_learned_state_saved_timestamp_seconds', this.#savedAtMs / 1_000);
  }

  async #restore(): Promise<StateStart> {
    const start = await this.#start();
    this.#starts[start] += 1;
    this.#unread = start === 'unreachable';
    if (start === 'corrupt')
      this.#warn('state.cold-start', 'no stored state can be used: learning starts anew, with the static policy');
    return start;
  }

  async #start(): Promise<StateStart> {
    const store = this.#store;
    let found: readonly StoredText[];
    try {
      found = await store.load();
    } catch (error) {
      this.#warn(
        'state.unreachable',
        `${store.name} cannot be read: learning starts anew, with the static policy`,
        error,
      );
      return 'unreachable';
    }
    for (const stored of found) {
      if (await this.#take(stored)) return 'restored';
    }
    return found.length === 0 ? 'empty' : 'corrupt';
  }

  async #take(stored: StoredText): Promise<boolean> {
    try {
      const { state, savedAtMs } = openState(stored.text);
      this.#owner.restore(state);
      this.#savedAtMs = savedAtMs;
      return true;
    } catch (error) {
      await this.#putAside(stored, error);
      return false;
    }
  }

  async #putAside(stored: StoredText, error: unknown): Promise<void> {
    let kept = stored.place;
    try {
      kept = await this.#store.setAside(stored);
      this.#setAside += 1;
    } catch (cause) {
      this.#warn('state.not-set-aside', `${stored.place} could not be set aside`, cause);
    }
    this.#warn('state.unusable', `the state of ${stored.place} cannot be used and is kept as ${kept}`, error);
  }

  async #save(): Promise<boolean> {
    try {
      const savedAtMs = this.#clock.now();
      // Sealed first: what cannot be saved anyway moves nothing out of its place.
      const text = await sealStateInTurns({ state: await snapshotInTurns(this.#owner), savedAtMs });
      if (this.#unread) await this.#keepUnread();
      await this.#store.save(text);
      this.#saved += 1;
      this.#savedAtMs = savedAtMs;
      this.#settle('');
      return true;
    } catch (error) {
      this.#failed += 1;
      // Said once per fault, not at every attempt.
      if (this.#fault === '')
        this.#warn('state.unsaved', `the learned state could not be saved to ${this.#store.name}`, error);
      return false;
    }
  }

  /** Sets aside what the store could not give at the start, up to the first state that is whole: older ones are replaced at every saving. */
  async #keepUnread(): Promise<void> {
    const store = this.#store;
    for (const stored of await store.load()) {
      const kept = await store.setAside(stored);
      if (kept === stored.place) throw stillThere(stored);
      this.#setAside += 1;
      this.#warn(
        'state.former-kept',
        `the state of ${stored.place} could not be read at the start and is kept as ${kept}`,
      );
      if (await isSealed(stored.text)) break;
    }
    this.#unread = false;
  }

  #warn(event: string, message: string, error?: unknown): void {
    this.#settle(message);
    try {
      this.#logger.warn({ event, store: this.#store.name, ...(error === undefined ? {} : { error }) }, message);
    } catch {
      // A logger that throws is ignored.
    }
  }

  #settle(fault: string): void {
    if ((this.#fault === '') !== (fault === '')) this.#sinceMs = this.#clock.now();
    this.#fault = fault;
  }
}

async function snapshotInTurns(owner: StateOwner): Promise<PluginState> {
  if (!isResting(owner)) return owner.snapshot();
  const parts = owner.snapshotParts();
  for (;;) {
    const step = parts.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}

function stillThere({ place }: StoredText): StateError {
  const next = 'Nothing is saved over it; the next saving tries again.';
  return new StateError(
    'STATE_STORE_FAILED',
    `Expected ${place} to be set aside, received that it is still in use. ${next}`,
  );
}
