import type { JsonValue, PathId } from '@tradewind/core-types';
import { PLACES } from './in-flight.ts';
import { Inheritance } from './inheritance.ts';
import { isCount, isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';

/** A path that a key is on or has left, how many of its messages are under way there, and when it last gave a sign of life. */
interface KeyedPath {
  readonly key: string;
  readonly path: PathId;
  open: number;
  movedAtMs: number;
}

/** One message under way: sequence, when it was published, its key, its path. */
type KeyedMessage = readonly [sequence: number, publishedAtMs: number, key: string, path: PathId];

/**
 * The messages of a client that are under way, and the paths that their keys keep.
 *
 * One place per message, by its sequence: who comes to a place that is taken pushes the older message out. A settlement is recognized by sequence and
 * time of publishing, because outcomes of other producers' messages may have the same sequence.
 */
export class KeyedPaths {
  readonly #keepOrder: boolean;
  readonly #sequences = new Float64Array(PLACES).fill(-1);
  readonly #publishedAtMs = new Float64Array(PLACES);
  readonly #messages: (KeyedPath | undefined)[] = Array.from({ length: PLACES }, () => undefined);
  readonly #keys = new Map<string, KeyedPath>();
  /** What was under way when the state was taken that was restored. */
  readonly #inherited = new Inheritance();

  constructor(keepOrder: boolean) {
    this.#keepOrder = keepOrder;
  }

  /** To be called with each message before anything is asked: what was inherited from another process is forgotten with the first. */
  begin(sequence: number, publishedAtMs: number): void {
    if (this.#inherited.isLostWith(sequence, publishedAtMs)) this.#clear();
  }

  /** The path that a key has to keep; undefined when it is free to move. */
  pathOf(key: string, nowMs: number): PathId | undefined {
    if (!this.#keepOrder) return undefined;
    const keyed = this.#keys.get(key);
    return keyed === undefined || nowMs - keyed.movedAtMs > LONGEST_HOLD_MS ? undefined : keyed.path;
  }

  /** A message is sent by this path, which its key keeps from now on. Again: what was said of it before no longer holds. With {@link NO_PATH} it holds no key. */
  add(sequence: number, publishedAtMs: number, key: string, path: PathId): void {
    const at = this.#take(sequence, publishedAtMs);
    if (!this.#keepOrder || path === NO_PATH) return;
    let keyed = this.#keys.get(key);
    // What is under way by the path before stays with that one: were it never settled, it would hold the key for ever.
    if (keyed === undefined || keyed.path !== path) {
      keyed = { key, path, open: 0, movedAtMs: publishedAtMs };
      this.#keys.set(key, keyed);
    }
    this.#hold(at, keyed);
  }

  /** Returns whether the message was under way. */
  settle(sequence: number, publishedAtMs: number): boolean {
    const at = sequence & (PLACES - 1);
    if (this.#sequences[at] !== sequence || this.#publishedAtMs[at] !== publishedAtMs) return false;
    const keyed = this.#messages[at];
    if (keyed !== undefined) keyed.movedAtMs = Math.max(keyed.movedAtMs, publishedAtMs);
    this.#release(at);
    return true;
  }

  snapshot(): JsonValue {
    const messages: JsonValue[] = [];
    for (let at = 0; at < PLACES; at += 1) {
      const sequence = this.#sequences[at] as number;
      const keyed = this.#messages[at];
      if (sequence >= 0)
        messages.push([sequence, this.#publishedAtMs[at] as number, keyed?.key ?? '', keyed?.path ?? NO_PATH]);
    }
    const moved = [...this.#keys.values()].map(({ key, path, movedAtMs }) => [key, path, movedAtMs]);
    return { messages, moved };
  }

  /** Takes the two parts of a plugin's state apart. @throws ValidationError `INVALID_OPTIONS`. */
  read(data: JsonValue): { readonly strategy: JsonValue; readonly keys: KeyedState } {
    if (!isRecord(data) || !isRecord(data['keys'])) throw unreadable('data', 'the data of a snapshot', data);
    const { messages, moved } = data['keys'];
    if (!Array.isArray(messages) || !messages.every(isMessage))
      throw unreadable('data.keys.messages', 'messages', messages);
    if (!Array.isArray(moved) || !moved.every(isMove))
      throw unreadable('data.keys.moved', 'keys and their paths', moved);
    return { strategy: data['strategy'] ?? null, keys: { messages, moved } };
  }

  restore({ messages, moved }: KeyedState): void {
    this.#clear();
    this.#inherited.begin();
    for (const [key, path, movedAtMs] of moved) this.#keys.set(key, { key, path, open: 0, movedAtMs });
    for (const [sequence, publishedAtMs, key, path] of messages) {
      const at = this.#take(sequence, publishedAtMs);
      if (this.#keepOrder && path !== NO_PATH) this.#hold(at, this.#recordOf(key, path, publishedAtMs));
      this.#inherited.add(sequence, publishedAtMs);
    }
    for (const [key, { open }] of this.#keys) if (open === 0) this.#keys.delete(key);
  }

  /** Where a restored message belongs: messages are not listed by age, and what went by a path that its key has left does not hold the key. */
  #recordOf(key: string, path: PathId, publishedAtMs: number): KeyedPath {
    const current = this.#keys.get(key);
    if (current?.path === path) return current;
    const record = { key, path, open: 0, movedAtMs: publishedAtMs };
    if (current === undefined) this.#keys.set(key, record);
    return record;
  }

  /** Makes a place for a message, which holds no key yet. */
  #take(sequence: number, publishedAtMs: number): number {
    const at = sequence & (PLACES - 1);
    this.#release(at);
    this.#sequences[at] = sequence;
    this.#publishedAtMs[at] = publishedAtMs;
    return at;
  }

  #hold(at: number, keyed: KeyedPath): void {
    keyed.open += 1;
    this.#messages[at] = keyed;
  }

  #clear(): void {
    this.#sequences.fill(-1);
    this.#messages.fill(undefined);
    this.#keys.clear();
  }

  #release(at: number): void {
    const keyed = this.#messages[at];
    this.#sequences[at] = -1;
    if (keyed === undefined) return;
    this.#messages[at] = undefined;
    keyed.open -= 1;
    if (keyed.open <= 0 && this.#keys.get(keyed.key) === keyed) this.#keys.delete(keyed.key);
  }
}

/** What is under way, and where keys are and since when. */
interface KeyedState {
  readonly messages: readonly KeyedMessage[];
  readonly moved: readonly (readonly [key: string, path: PathId, movedAtMs: number])[];
}

function isMessage(value: unknown): value is KeyedMessage {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [sequence, publishedAtMs, key, path] = value;
  return isCount(sequence) && Number.isFinite(publishedAtMs) && typeof key === 'string' && typeof path === 'string';
}

function isMove(value: unknown): value is readonly [string, PathId, number] {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [key, path, movedAtMs] = value;
  return typeof key === 'string' && typeof path === 'string' && Number.isFinite(movedAtMs);
}

const unreadable = unreadableState('the router begins anew and tries each path once');
/** Of a message that is under way without holding its key: no path has this name. */
export const NO_PATH: PathId = '';
/** A key of which nothing was settled for so long is free: its path stands still, and order is of no use there. */
const LONGEST_HOLD_MS = 60_000;
