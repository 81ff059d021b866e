/** What Redis answers, read as what it must be: a reply of another shape is a bug of ours or no Redis. */

/** A flat list of texts. */
export function texts(reply: unknown): readonly string[] {
  return list(reply).map(text);
}

export function list(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new TypeError(`Expected a list from Redis, and a ${typeof reply} came.`);
  return reply;
}

export function text(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

/** Bytes, or undefined where Redis has none. */
export function bytes(value: unknown): Buffer | undefined {
  return Buffer.isBuffer(value) ? value : undefined;
}

/** An entry of a stream as `XREAD` and its kin answer it. */
export interface RawEntry {
  readonly id: string;
  /** Undefined: the entry is pending, and no longer in the stream. */
  readonly fields: readonly unknown[] | undefined;
}

/** `[[stream, [[id, fields]]]]` or null, as `XREAD` and `XREADGROUP` answer. */
export function streamEntries(reply: unknown): readonly (readonly [stream: string, entries: readonly RawEntry[]])[] {
  if (reply === null || reply === undefined) return [];
  return list(reply).map((stream) => {
    const [key, entries] = list(stream);
    return [text(key), rawEntries(entries)] as const;
  });
}

/** `[[id, fields]]`, as `XRANGE` answers. */
export function rawEntries(reply: unknown): readonly RawEntry[] {
  return list(reply).map((entry) => {
    const [id, fields] = list(entry);
    return { id: text(id), fields: Array.isArray(fields) ? fields : undefined };
  });
}

/** The value of a field of an entry; a field's name is ASCII. */
export function fieldOf(fields: readonly unknown[], name: string): Buffer | undefined {
  for (let i = 0; i + 1 < fields.length; i += 2) if (text(fields[i]) === name) return bytes(fields[i + 1]);
  return undefined;
}

/** Names and values of an `XINFO` reply. */
export function infoOf(reply: unknown): ReadonlyMap<string, unknown> {
  const info = new Map<string, unknown>();
  const flat = list(reply);
  for (let i = 0; i + 1 < flat.length; i += 2) info.set(text(flat[i]), flat[i + 1]);
  return info;
}

/** Compares ids of entries, `milliseconds-number`: below 0, 0 or above, as `sort` wants it. */
export function compareIds(a: string, b: string): number {
  // Nearly always: numbers of the same length compare as texts do.
  if (a.length === b.length && a.indexOf('-') === b.indexOf('-')) return a < b ? -1 : Number(a > b);
  const [aMs = '0', aNumber = '0'] = a.split('-');
  const [bMs = '0', bNumber = '0'] = b.split('-');
  // Within 2^53 for the next 280,000 years of milliseconds; the numbers may be larger and are compared by length first.
  return (
    Number(aMs) - Number(bMs) || aNumber.length - bNumber.length || (aNumber < bNumber ? -1 : Number(aNumber > bNumber))
  );
}
