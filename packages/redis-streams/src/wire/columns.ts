/**
 * Values of one member over all messages of an entry, in the form that is smallest to write: feeds repeat themselves, and what is
 * written once is also read once.
 *
 * - `[0, value]`: all are the same
 * - `[1, values]`: as they are
 * - `[2, first, differences]`: integers that lie close together, as sequences and times do
 * - `[3, distinct, indices]`: few different texts
 * - `[4, joined, lengths]`: texts behind one another, which are written and read at once; one length where all are the same
 */
export type Column =
  | readonly [form: 0, value: unknown]
  | readonly [form: 1, values: readonly unknown[]]
  | readonly [form: 2, first: number, differences: readonly number[]]
  | readonly [form: 3, distinct: readonly string[], indices: readonly number[]]
  | readonly [form: 4, joined: string, lengths: number | readonly number[]];

/** What a column was like in earlier entries, so that what did not work is not tried each time. */
export interface ColumnHistory {
  /** Entries until it is looked again whether few texts are different. */
  skips: number;
}

/** The first `count` values, at least one; the array stays the caller's. */
export function packColumn(values: readonly unknown[], count: number, history?: ColumnHistory): Column {
  const first = values[0];
  let same = 1;
  while (same < count && values[same] === first) same += 1;
  // NaN differs from itself and so never is the same.
  if (same === count) return [0, first];
  if (typeof first === 'number') return differences(values, count, first) ?? plain(values, count);
  if (typeof first !== 'string') return plain(values, count);
  if (history === undefined || history.skips === 0) {
    const few = count >= LEAST_FOR_DISTINCT ? distinct(values, count) : undefined;
    if (few !== undefined) return few;
    if (history !== undefined) history.skips = SKIPPED;
  } else history.skips -= 1;
  return joined(values, count, first.length) ?? plain(values, count);
}

/** `count` values, or undefined when they are not as many. */
export function unpackColumn(column: unknown, count: number): unknown[] | undefined {
  if (!Array.isArray(column)) return undefined;
  const [form, a, b] = column as unknown[];
  switch (form) {
    case 0:
      return new Array<unknown>(count).fill(a);
    case 1:
      return Array.isArray(a) && a.length === count ? a : undefined;
    case 2:
      return Array.isArray(b) && b.length === count - 1 ? summed(a as number, b as number[]) : undefined;
    case 3:
      return Array.isArray(a) && Array.isArray(b) && b.length === count ? chosen(a, b as number[]) : undefined;
    case 4:
      return typeof a === 'string' ? cut(a, b, count) : undefined;
    default:
      return undefined;
  }
}

/** Whether all values of a column are the same, so that they need not be written one by one. */
export function isConstant(column: unknown): column is readonly [0, unknown] {
  return Array.isArray(column) && column[0] === 0;
}

function plain(values: readonly unknown[], count: number): Column {
  return [1, values.slice(0, count)];
}

function differences(values: readonly unknown[], count: number, first: number): Column | undefined {
  let previous = first;
  if (!Number.isSafeInteger(first)) return undefined;
  const steps: number[] = [];
  for (let i = 1; i < count; i += 1) {
    const value = values[i];
    if (!Number.isSafeInteger(value)) return undefined;
    const step = (value as number) - previous;
    if (step > MOST_STEP || step < -MOST_STEP) return undefined;
    steps.push(step);
    previous = value as number;
  }
  return [2, first, steps];
}

function summed(first: number, steps: readonly number[]): number[] {
  const values = [first];
  let value = first;
  for (let i = 0; i < steps.length; i += 1) {
    value += steps[i] as number;
    values.push(value);
  }
  return values;
}

/** Undefined as soon as too many are different: that is known after a few. */
function distinct(values: readonly unknown[], count: number): Column | undefined {
  const most = (count * 5) >> 3;
  const places = new Map<string, number>();
  const indices: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const value = values[i];
    if (typeof value !== 'string') return undefined;
    let place = places.get(value);
    if (place === undefined) {
      place = places.size;
      if (place === most) return undefined;
      places.set(value, place);
    }
    indices.push(place);
  }
  return [3, [...places.keys()], indices];
}

function joined(values: readonly unknown[], count: number, firstLength: number): Column | undefined {
  let text = '';
  let same = true;
  const lengths: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const value = values[i];
    if (typeof value !== 'string') return undefined;
    text += value;
    lengths.push(value.length);
    same &&= value.length === firstLength;
  }
  return [4, text, same ? firstLength : lengths];
}

function cut(text: string, lengths: unknown, count: number): unknown[] | undefined {
  const values: unknown[] = [];
  let from = 0;
  if (Array.isArray(lengths)) {
    for (let i = 0; i < lengths.length; i += 1) {
      const to = from + (lengths[i] as number);
      values.push(text.slice(from, to));
      from = to;
    }
  } else if (typeof lengths === 'number') {
    for (let i = 0; i < count; i += 1, from += lengths) values.push(text.slice(from, from + lengths));
  }
  return values.length === count && from === text.length ? values : undefined;
}

function chosen(texts: readonly unknown[], indices: number[]): unknown[] {
  const values: unknown[] = indices;
  for (let i = 0; i < indices.length; i += 1) values[i] = texts[indices[i] as number];
  return values;
}

/** In msgpack a difference up to this takes at most five bytes. */
const MOST_STEP = 2 ** 31 - 1;
const LEAST_FOR_DISTINCT = 8;
const SKIPPED = 63;
