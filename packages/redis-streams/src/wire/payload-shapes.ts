import { types } from 'node:util';
import type { TransportMessage } from '@tradewind/core-types';
import { Inspection, NUMBER_BYTES, STRUCTURE_BYTES, checkPlain, refuseIllFormed, refuseProto } from './carriable.ts';
import { packColumn, type Column, type ColumnHistory } from './columns.ts';

/** Payloads with the same members in the same order; `keys` null: whatever is no plain object, as a single column. */
interface Shape {
  readonly keys: readonly string[] | null;
  columns: unknown[][];
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
 * Workload: about 100 payloads an entry, mostly of one or two shapes with 5 to 15 flat members. One pass over each payload inspects
 * it and takes its values.
 */
export class PayloadShapes {
  hasBytes = false;
  readonly #inspection = new Inspection();
  /** Shapes of this entry, in the order of their first payloads, and all that were seen lately. */
  #shapes: Shape[] = [];
  #known: Shape[] = [];
  #last: Shape | undefined;
  #shapeOf: number[] = [];
  #keys: string[] = [];
  #values: unknown[] = [];
  #checked: unknown;

  /**
   * Looks at a payload, without taking it; how many bytes it takes at most.
   *
   * @throws NotCarriable for what msgpack does not carry.
   */
  inspect(payload: TransportMessage['payload']): number {
    const inspection = this.#inspection;
    inspection.bytes = 0;
    inspection.hasBytes = false;
    this.#keys.length = 0;
    this.#values.length = 0;
    if (isObject(payload)) this.#inspectMembers(payload);
    else this.#checked = payload === undefined ? undefined : inspection.value(payload, 'payload', 0);
    return inspection.bytes + STRUCTURE_BYTES;
  }

  /** Takes the payload that was just looked at. */
  take(payload: TransportMessage['payload']): void {
    this.hasBytes ||= this.#inspection.hasBytes;
    const isPlain = isObject(payload);
    const shape = this.#shapeOfKeys(isPlain ? this.#keys : null);
    if (shape.place < 0) shape.place = this.#shapes.push(shape) - 1;
    const { columns } = shape;
    if (isPlain) for (let k = 0; k < columns.length; k += 1) (columns[k] as unknown[]).push(this.#values[k]);
    else (columns[0] as unknown[]).push(this.#checked);
    this.#shapeOf.push(shape.place);
  }

  /** What was taken, which is forgotten. */
  finish(): PackedPayloads {
    const shapes = this.#shapes.map((shape) => {
      const { keys, columns, histories } = shape;
      shape.columns = columns.map(() => []);
      shape.place = -1;
      return [keys, columns.map((column, k) => packColumn(column, histories[k]))] as const;
    });
    const shapeOf = shapes.length === 1 ? null : packColumn(this.#shapeOf);
    this.#shapes = [];
    this.#shapeOf = [];
    this.hasBytes = false;
    return [shapeOf, shapes];
  }

  #inspectMembers(payload: Readonly<Record<string, unknown>>): void {
    checkPlain(payload, 'payload');
    const inspection = this.#inspection;
    let bytes = 0;
    for (const key in payload) {
      const value = payload[key];
      if (value === undefined) continue;
      if (key === '__proto__') refuseProto('payload');
      bytes += key.length * 3 + STRUCTURE_BYTES;
      this.#keys.push(key);
      if (typeof value === 'string') {
        if (!value.isWellFormed()) refuseIllFormed(`payload.${key}`);
        bytes += value.length * 3 + STRUCTURE_BYTES;
        this.#values.push(value);
      } else if (typeof value === 'number') {
        bytes += NUMBER_BYTES;
        this.#values.push(value);
      } else this.#values.push(inspection.value(value, `payload.${key}`, 1));
    }
    inspection.bytes += bytes;
  }

  #shapeOfKeys(keys: readonly string[] | null): Shape {
    const last = this.#last;
    if (last !== undefined && sameKeys(last.keys, keys)) return last;
    this.#last = this.#known.find((shape) => sameKeys(shape.keys, keys)) ?? this.#newShape(keys);
    return this.#last;
  }

  #newShape(keys: readonly string[] | null): Shape {
    // Payloads whose members differ each time would fill it for nothing: those of this entry are kept by the entry itself.
    if (this.#known.length >= MAX_KNOWN) this.#known = this.#shapes.slice(-MAX_KNOWN / 2);
    const columns = keys === null ? [[]] : keys.map(() => []);
    const shape = {
      keys: keys === null ? null : [...keys],
      columns,
      histories: columns.map(() => ({ skips: 0 })),
      place: -1,
    };
    this.#known.push(shape);
    return shape;
  }
}

/** Shapes that are remembered from entry to entry. */
const MAX_KNOWN = 64;

function isObject(payload: unknown): payload is Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null && !Array.isArray(payload) && !types.isUint8Array(payload);
}

/** Names of members are interned, so that comparing them mostly compares pointers. */
function sameKeys(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
