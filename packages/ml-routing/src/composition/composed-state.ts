import { ValidationError, showValue, type JsonValue, type PluginState, type StateOwner } from '@tradewind/core-types';

/** The states of several parts as one. */
export interface ComposedStateOptions {
  /** By the name under which they are kept. */
  readonly parts: ReadonlyMap<string, StateOwner>;
  /** Told of each part that refused its own state, and of each that has no state to be given. */
  readonly onRefused: (part: string, error: unknown) => void;
}

/**
 * One state of several parts. A part that refuses its own starts as on its first day and is told of; the others take theirs all the same. What is kept of a part that does
 * not exist here is passed over.
 */
export class ComposedState implements StateOwner {
  readonly #options: ComposedStateOptions;

  constructor(options: ComposedStateOptions) {
    this.#options = options;
  }

  snapshot(): PluginState {
    const entries = Array.from(this.#options.parts, ([name, part]): [string, JsonValue] => {
      const { version, data } = part.snapshot();
      return [name, { version, data }];
    });
    return { version: VERSION, data: Object.fromEntries(entries) };
  }

  /** @throws ValidationError `INVALID_OPTIONS` where it is no state of parts; nothing is changed then. */
  restore({ version, data }: PluginState): void {
    if (version !== VERSION) throw unreadable('version', String(VERSION), version);
    if (!isRecord(data)) throw unreadable('data', 'states by the names of parts', data);
    for (const [name, part] of this.#options.parts) {
      const state = data[name];
      if (state === undefined) continue;
      try {
        part.restore(readPart(name, state));
      } catch (error) {
        this.#options.onRefused(name, error);
      }
    }
  }
}

function readPart(name: string, state: JsonValue): PluginState {
  const { version, data } = isRecord(state) ? state : {};
  if (typeof version === 'number' && data !== undefined) return { version, data };
  throw unreadable(`data.${name}`, 'a state with its version', state);
}

function isRecord(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Start without this state: all parts begin as on their first day.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const VERSION = 1;
