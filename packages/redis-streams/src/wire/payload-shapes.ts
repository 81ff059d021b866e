import { types } from 'node:util';
import {
  Inspection,
  MOST_BYTES_PER_UNIT,
  NUMBER_BYTES,
  NotCarriable,
  STRUCTURE_BYTES,
  checkPlain,
  refuseIllFormed,
  refuseProto,
} from './carriable.ts';
import { packColumn, type Column, type ColumnHistory } from './columns.ts';

/**
 * Payloads with the same members in the same order; `keys` null: whatever is no plain object, as a single column. Its arrays are used again for
 * the next entry, and only their first `count` values count.
 */
interface Shape {
  readonly keys: readonly string[] | null;
  columns: unknown[][];
  count: number;
  readonly histories: readonly ColumnHistory[];
  /** Its place among the shapes of this entry; -1: none of its payloads is in it. */
  place: number;
}

/** How payloads are written: which shape each has (null: all the first), and by shape its keys and columns. */
export type PackedPayloads = readonly [
  shapeOf: Column | null,
  shapes: readonly (readonly [keys: readonly string[] | null, columns: readonly Column[]])[],
];

/**
 * Sorts payloads into columns: the names of members are written once for each shape, and each member's values stand together.
 *
 * Workload: about 100 payloads an entry, mostly of one or two shapes with 5 to 15 flat members, mostly like the one before. One pass over
 * each payload inspects it and takes its values.
 */
export class PayloadShapes {
  hasBytes = false;
  readonly #inspection = new Inspection();
  /** Shapes of this entry, in the order of their first payloads, and all that were seen lately. */
  #shapes: Shape[] = [];
  #known: Shape[] = [];
  #last: Shape | undefined;
  #shapeOf: number[] = [];

  /**
   * Takes a payload; how many bytes it takes at most.
   *
   * @throws NotCarriable for what msgpack does not carry; nothing was taken then.
   */
  push(payload: unknown): number {
    const inspection = this.#inspection;
    inspection.bytes = STRUCTURE_BYTES;
    if (isObject(payload)) {
      checkPlain(payload, 'payload');
      if (this.#last === undefined || !this.#fill(this.#last, payload)) this.#fillOther(payload);
    } else {
      const value = payload === undefined ? undefined : inspection.value(payload, 'payload', 0);
      const shape = this.#shapeWith(null);
      (shape.columns[0] as unknown[])[shape.count] = value;
      this.#last = shape;
    }
    const shape = this.#last as Shape;
    if (shape.place < 0) shape.place = this.#shapes.push(shape) - 1;
    shape.count += 1;
    this.#shapeOf.push(shape.place);
    this.hasBytes ||= inspection.hasBytes;
    return inspection.bytes;
  }

  /** Gives back the payload that was taken last. */
  pop(): void {
    const place = this.#shapeOf.pop();
    const shape = place === undefined ? undefined : this.#shapes[place];
    if (shape !== undefined) shape.count -= 1;
  }

  /** What was taken, which is forgotten; at least one payload. `keepArrays`: they are small enough to be kept for the next entry. */
  finish(keepArrays: boolean): PackedPayloads {
    const used = this.#shapes.filter(({ count }) => count > 0);
    const packed = used.map((shape) => packShape(shape));
    const shapeOf = used.length === 1 ? null : packColumn(this.#placesAmong(used), this.#shapeOf.length);
    for (const shape of this.#shapes) {
      shape.count = 0;
      shape.place = -1;
      if (!keepArrays) shape.columns = shape.columns.map(() => []);
    }
    this.#shapes = [];
    this.#shapeOf = [];
    this.hasBytes = false;
    this.#inspection.hasBytes = false;
    return [shapeOf, packed];
  }

  /** Writes the members of a payload behind those of this shape; false, when it has others. Nothing counts until the caller says so. */
  #fill(shape: Shape, payload: Readonly<Record<string, unknown>>): boolean {
    const { keys, columns, count } = shape;
    if (keys === null) return false;
    const inspection = this.#inspection;
    let bytes = 0;
    let k = 0;
    for (const key in payload) {
      const value = payload[key];
      if (value === undefined) continue;
      // Names of members are interned, so that comparing them mostly compares pointers.
      if (key !== keys[k]) return false;
      bytes += key.length * MOST_BYTES_PER_UNIT + STRUCTURE_BYTES;
      const column = columns[k] as unknown[];
      k += 1;
      if (typeof value === 'string') {
        if (!value.isWellFormed()) refuseIllFormed(`payload.${key}`);
        bytes += value.length * MOST_BYTES_PER_UNIT + STRUCTURE_BYTES;
        column[count] = value;
      } else if (typeof value === 'number') {
        bytes += NUMBER_BYTES;
        column[count] = value;
      } else column[count] = inspection.value(value, `payload.${key}`, 1);
    }
    if (k !== keys.length) return false;
    inspection.bytes += bytes;
    return true;
  }

  /** It is not like the one before. */
  #fillOther(payload: Readonly<Record<string, unknown>>): void {
    const keys: string[] = [];
    for (const key in payload) {
      if (key === '__proto__') refuseProto('payload');
      if (payload[key] !== undefined) keys.push(key);
    }
    const shape = this.#shapeWith(keys);
    this.#inspection.bytes = STRUCTURE_BYTES;
    // A getter might show other members each time.
    if (!this.#fill(shape, payload)) throw new NotCarriable('payload: expected members that stay. Send plain data.');
    this.#last = shape;
  }

  #shapeWith(keys: readonly string[] | null): Shape {
    return this.#known.find((shape) => sameKeys(shape.keys, keys)) ?? this.#newShape(keys);
  }

  #newShape(keys: readonly string[] | null): Shape {
    // Payloads whose members differ each time would fill it for nothing: those of this entry are kept by the entry itself.
    if (this.#known.length >= MAX_KNOWN) this.#known = this.#shapes.slice(-MAX_KNOWN / 2);
    const columns: unknown[][] = keys === null ? [[]] : keys.map(() => []);
    const shape = { keys, columns, count: 0, histories: columns.map(() => ({ skips: 0 })), place: -1 };
    this.#known.push(shape);
    return shape;
  }

  /** Places as they are without the shapes whose only payloads were given back. */
  #placesAmong(used: readonly Shape[]): readonly number[] {
    if (used.length === this.#shapes.length) return this.#shapeOf;
    const places = this.#shapes.map((shape) => used.indexOf(shape));
    return this.#shapeOf.map((place) => places[place] as number);
  }
}

function packShape({ keys, columns, histories, count }: Shape): readonly [readonly string[] | null, readonly Column[]] {
  return [keys, columns.map((column, k) => packColumn(column, count, histories[k]))];
}

function isObject(payload: unknown): payload is Readonly<Record<string, unknown>> {
  if (typeof payload !== 'object' || payload === null) return false;
  // Nearly all are: that is known before the dearer questions.
  if (Object.getPrototypeOf(payload) === Object.prototype) return true;
  return !Array.isArray(payload) && !types.isUint8Array(payload);
}

function sameKeys(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** Shapes that are remembered from entry to entry. */
const MAX_KNOWN = 64;
