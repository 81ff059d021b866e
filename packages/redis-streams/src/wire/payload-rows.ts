import { isConstant, unpackColumn } from './columns.ts';

/**
 * Payloads out of their columns, in the order of their messages. `withBytes`: bytes are among them, and are copied out of the entry.
 * Undefined: the columns do not fit together.
 *
 * What all rows share stands in a template, which is copied for each row: in V8 a copy of known shape costs about as much as its memory.
 */
export function unpackPayloads(packed: unknown, count: number, withBytes: boolean): unknown[] | undefined {
  if (!Array.isArray(packed)) return undefined;
  const [shapeOf, shapes] = packed as [unknown, unknown];
  if (!Array.isArray(shapes)) return undefined;
  if (shapeOf === null) return rowsOf(shapes[0], count, withBytes);
  const places = unpackColumn(shapeOf, count) as number[] | undefined;
  if (places === undefined) return undefined;
  const counts: number[] = shapes.map(() => 0);
  for (const place of places) {
    if (counts[place] === undefined) return undefined;
    counts[place] += 1;
  }
  const rows = shapes.map((shape, place) => rowsOf(shape, counts[place] as number, withBytes));
  if (rows.includes(undefined)) return undefined;
  const next: number[] = shapes.map(() => 0);
  return places.map((place) => {
    const row = next[place] as number;
    next[place] = row + 1;
    return rows[place]?.[row];
  });
}

function rowsOf(shape: unknown, count: number, withBytes: boolean): unknown[] | undefined {
  if (!Array.isArray(shape)) return undefined;
  const [keys, columns] = shape as [unknown, unknown];
  if (!Array.isArray(columns)) return undefined;
  if (keys === null) {
    const values = unpackColumn(columns[0], count);
    return withBytes ? values?.map(withOwnBytes) : values;
  }
  if (!Array.isArray(keys) || keys.length !== columns.length) return undefined;
  const template: Record<string, unknown> = {};
  const varying: string[] = [];
  const values: unknown[][] = [];
  for (let k = 0; k < keys.length; k += 1) {
    const key: unknown = keys[k];
    const column: unknown = columns[k];
    // No writer of ours sends this name, and assigning to it would set a prototype.
    if (typeof key !== 'string' || key === '__proto__') return undefined;
    const all = isConstant(column) ? [column[1]] : unpackColumn(column, count);
    if (all === undefined) return undefined;
    const own = withBytes ? all.map(withOwnBytes) : all;
    template[key] = own[0];
    if (isConstant(column)) continue;
    varying.push(key);
    values.push(own);
  }
  const rows: unknown[] = [];
  for (let i = 0; i < count; i += 1) rows.push(rowOf(template, varying, values, i));
  return rows;
}

function rowOf(
  template: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  values: readonly (readonly unknown[])[],
  i: number,
): object {
  const row: Record<string, unknown> = { ...template };
  for (let k = 0; k < keys.length; k += 1) row[keys[k] as string] = (values[k] as readonly unknown[])[i];
  return row;
}

/** A value whose bytes are `Uint8Array`s of their own: views would keep the whole entry in memory, and Node's are `Buffer`s. */
function withOwnBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(withOwnBytes);
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'object' && member !== null) Reflect.set(value, key, withOwnBytes(member));
  }
  return value;
}
