import {
  ValidationError,
  type Health,
  type HealthSource,
  type JsonValue,
  type LogFields,
  type Logger,
  type MetricsSink,
  type MetricsSource,
  type PluginState,
  type StateOwner,
} from '@tradewind/core-types';
import { jsonFault } from '../state/json-text.ts';
import type { RestingOwner } from '../state/resting-owner.ts';
import { isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';

/** The states of several parts as one. */
export interface ComposedStateOptions {
  /** By the name under which they are kept. */
  readonly parts: ReadonlyMap<string, StateOwner>;
  /** Told of each part that refused its state, and once of each that cannot be saved. */
  readonly logger: Logger;
  /** For `health()`: milliseconds since the epoch. */
  readonly nowMs: () => number;
}

/**
 * One state of several parts, none of which stands in the way of the others, and none of which loses what it had learned.
 *
 * - A part that refuses its own starts as on its first day; the others take theirs all the same. What it refused is kept in every later snapshot, under `refused:NAME`, until
 *   it refuses another one.
 * - A part whose snapshot throws or is no JSON (a NaN) is left out: in its place goes what was last good, if there was any.
 * - What is kept of a part that does not exist here goes into every later snapshot as it is: a part that is left away for a while has it again afterwards.
 *
 * Memory: the last good snapshot of every part.
 */
export class ComposedState implements RestingOwner, HealthSource, MetricsSource {
  readonly name = 'learned-parts';
  readonly #options: ComposedStateOptions;
  /** Good states by name: of parts the last one, of others what is only kept. */
  #kept = new Map<string, JsonValue>();
  #leftOut: ReadonlySet<string> = new Set();
  #timesLeftOut = 0;
  #refused = 0;
  #sinceMs = 0;

  constructor(options: ComposedStateOptions) {
    this.#options = options;
  }

  snapshot(): PluginState {
    const parts = this.snapshotParts();
    for (;;) {
      const step = parts.next();
      if (step.done === true) return step.value;
    }
  }

  /** A part in two turns, taken and checked: each is whole, and none needs to be of the same moment as another. */
  *snapshotParts(): Generator<void, PluginState, undefined> {
    const leftOut = new Set<string>();
    for (const [name, part] of this.#options.parts) {
      try {
        const state = part.snapshot();
        yield;
        this.#kept.set(name, checkPart(name, state));
      } catch (error) {
        leftOut.add(name);
        this.#timesLeftOut += 1;
        // Said once per fault, not at every saving.
        if (!this.#leftOut.has(name))
          this.#warn({ event: 'state.part-left-out', part: name, error }, `the state of ${name} cannot be saved`);
      }
      yield;
    }
    if (leftOut.size > 0 !== this.#leftOut.size > 0) this.#sinceMs = this.#options.nowMs();
    this.#leftOut = leftOut;
    return { version: VERSION, data: Object.fromEntries(this.#kept) };
  }

  /** @throws ValidationError `INVALID_OPTIONS` where it is no state of parts, or no JSON; nothing is changed then. */
  restore({ version, data }: PluginState): void {
    if (version !== VERSION) throw unreadable('version', String(VERSION), version);
    if (!isRecord(data)) throw unreadable('data', 'states by the names of parts', data);
    const fault = jsonFault(data, 'data');
    if (fault !== undefined) throw unreadable('data', 'JSON', fault);
    const kept = new Map(Object.entries(data));
    for (const [name, part] of this.#options.parts) {
      const state = data[name];
      if (state === undefined) continue;
      try {
        part.restore(readPart(name, state));
      } catch (error) {
        kept.delete(name);
        kept.set(`${REFUSED}${name}`, state);
        this.#refused += 1;
        this.#warn({ event: 'state.part-refused', part: name, error }, `${name} cannot use its state and starts anew`);
      }
    }
    this.#kept = kept;
  }

  /** Degraded while a part has no state that can be saved. */
  health(): Health {
    const names = [...this.#leftOut];
    const reason = names.length === 0 ? '' : `no state that can be saved: ${names.join(', ')}`;
    return { status: reason === '' ? 'up' : 'degraded', reason, sinceMs: this.#sinceMs };
  }

  collect(into: MetricsSink): void {
    into.describe('tradewind_learned_state_refused_total', 'Parts that could not use their state and started anew.');
    into.counter('tradewind_learned_state_refused_total', this.#refused);
    into.describe(
      'tradewind_learned_state_left_out_total',
      'Parts whose state was not finite, or could not be taken, at a saving.',
    );
    into.counter('tradewind_learned_state_left_out_total', this.#timesLeftOut);
  }

  #warn(fields: LogFields, message: string): void {
    try {
      this.#options.logger.warn(fields, message);
    } catch {
      // A logger that throws must not keep a part from its state.
    }
  }
}

function checkPart(name: string, { version, data }: PluginState): JsonValue {
  const fault = jsonFault(version, 'version') ?? jsonFault(data, 'data');
  if (fault === undefined) return { version, data };
  const hint = 'Mend the snapshot of the part: a state holds JSON only.';
  throw new ValidationError('INVALID_OPTIONS', { path: name, expected: 'a state that is JSON', received: fault, hint });
}

function readPart(name: string, state: JsonValue): PluginState {
  const { version, data } = isRecord(state) ? state : {};
  if (typeof version === 'number' && data !== undefined) return { version, data };
  throw unreadable(`data.${name}`, 'a state with its version', state);
}

const unreadable = unreadableState('all parts begin as on their first day');
const VERSION = 1;
/** Before the name of a part: the state that it refused. */
const REFUSED = 'refused:';
