import { listingMs } from './listing-time.ts';
import type { WritingBudget } from './writing-budget.ts';

/** A payload as text, and whether that was cut. */
export interface PayloadText {
  readonly text: string;
  readonly isCut: boolean;
}

/**
 * Anything as JSON-like text of bounded length, whatever it is: cyclic, deep, with getters that throw, a revoked proxy. Never throws and calls no `toJSON`.
 *
 * Cost: some hundred parts at most, some ten microseconds. But JavaScript lists all members of an object before the first can be read: 100,000 take some
 * 30 ms. Within a budget an object is not begun that would take more than is left of it, and what one took beyond it all the same is made up for later.
 */
export function payloadText(
  value: unknown,
  maxCharacters: number = MAX_CHARACTERS,
  budget?: WritingBudget,
): PayloadText {
  if (budget === undefined) return written(value, maxCharacters, endless);
  if (budget.isSpent) return { text: NOT_WRITTEN, isCut: true };
  return budget.spend((leftMs) => written(value, maxCharacters, leftMs));
}

function written(value: unknown, maxCharacters: number, leftMs: () => number): PayloadText {
  const writer = new Writer(maxCharacters, leftMs);
  writer.write(value, 0);
  return { text: writer.text.slice(0, maxCharacters), isCut: writer.isCut || writer.text.length > maxCharacters };
}

class Writer {
  text = '';
  isCut = false;
  readonly #max: number;
  readonly #leftMs: () => number;
  readonly #within: object[] = [];
  #parts = 0;

  constructor(max: number, leftMs: () => number) {
    this.#max = max;
    this.#leftMs = leftMs;
  }

  write(value: unknown, depth: number): void {
    this.#parts += 1;
    if (typeof value === 'string') this.#quote(value);
    else if (typeof value === 'bigint') this.#integer(value);
    else if (typeof value === 'object' && value !== null) this.#object(value, depth);
    else this.text += typeof value === 'function' ? '<function>' : String(value);
  }

  /** The digits of a large one take time that grows with the square of their number: a million bits, a tenth of a second. */
  #integer(value: bigint): void {
    if (value < LARGEST_INTEGER && value > -LARGEST_INTEGER) this.text += value.toString();
    else {
      this.isCut = true;
      this.text += '<bigint of more than 1,024 bits>';
    }
  }

  #quote(text: string): void {
    this.isCut ||= text.length > this.#max;
    this.text += JSON.stringify(text.slice(0, this.#max));
  }

  #object(value: object, depth: number): void {
    if (this.#within.includes(value)) this.text += '<cycle>';
    else if (depth >= MAX_DEPTH || this.#leftMs() <= 0) this.#cut();
    else {
      this.#within.push(value);
      try {
        this.#inside(value, depth);
      } catch {
        this.text += '<unreadable>';
      }
      this.#within.pop();
    }
  }

  #inside(value: object, depth: number): void {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      this.text += `<${value.constructor.name}, ${value.byteLength} bytes>`;
    } else if (value instanceof Date) this.text += Number.isNaN(value.getTime()) ? '<no date>' : value.toISOString();
    else if (value instanceof Error) this.#quote(`${value.name}: ${value.message}`);
    else if (value instanceof Map) this.#entries('Map {', value.entries(), depth);
    else if (value instanceof Set) this.#list('Set [', value.values(), depth);
    else if (Array.isArray(value)) this.#list('[', value.values(), depth);
    else if (this.#takesTooLong(value)) this.#leaveOut();
    else this.#entries('{', members(value), depth);
  }

  #list(opening: string, values: Iterable<unknown>, depth: number): void {
    this.text += opening;
    let isFirst = true;
    for (const value of values) {
      if (!isFirst) this.text += ',';
      isFirst = false;
      if (this.#isFull()) break;
      this.write(value, depth + 1);
    }
    this.text += ']';
  }

  #entries(opening: string, entries: Iterable<readonly [unknown, unknown]>, depth: number): void {
    this.text += opening;
    let isFirst = true;
    for (const [key, value] of entries) {
      if (!isFirst) this.text += ',';
      isFirst = false;
      if (this.#isFull()) break;
      this.write(key, MAX_DEPTH);
      this.text += ':';
      this.write(value, depth + 1);
    }
    this.text += '}';
  }

  #takesTooLong(value: object): boolean {
    const leftMs = this.#leftMs();
    return leftMs !== Infinity && listingMs(value) > leftMs;
  }

  #leaveOut(): void {
    this.isCut = true;
    this.text += TOO_MANY;
  }

  #isFull(): boolean {
    if (this.text.length < this.#max && this.#parts < MAX_PARTS) return false;
    this.#cut();
    return true;
  }

  #cut(): void {
    this.isCut = true;
    this.text += '…';
  }
}

/** Read one after the other: of many members only those that are shown. Their names are listed all at once; see `listing-time.ts`. */
function* members(value: object): Iterable<[string, unknown]> {
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    let read: unknown;
    try {
      read = (value as Readonly<Record<string, unknown>>)[key];
    } catch {
      read = '<unreadable>';
    }
    yield [key, read];
  }
}

const endless = (): number => Infinity;
const TOO_MANY = '<an object of too many members to list>';
const NOT_WRITTEN = '<not written: the time for payloads is used up>';
const LARGEST_INTEGER = 2n ** 1_024n;
const MAX_CHARACTERS = 2_000;
const MAX_DEPTH = 6;
const MAX_PARTS = 400;
