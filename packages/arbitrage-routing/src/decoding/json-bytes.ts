/** What a read returns that met something else than it is made for. */
export const UNEXPECTED = -1;

/**
 * Reads JSON from bytes, of the kind that venues send: no white space, no escapes, ASCII alone.
 *
 * Every read either returns exactly what `JSON.parse` would have found, or says that it met something else, so that the whole message can be
 * parsed instead. Nothing is read beyond `end`.
 */
export class JsonBytes {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  /** What `integer` or `decimal` read last. A function that returned it would put it on the heap. */
  readonly number: Float64Array = new Float64Array(1);

  /** Begins a message; false for one that does not end an object, which would have to be read with an eye on its end everywhere. */
  begin(bytes: Uint8Array): boolean {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    return this.end > 1 && bytes[this.end - 1] === CLOSE_BRACE;
  }

  /** Takes a byte if it is the next. */
  take(byte: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  /** Takes these bytes if they are the next. */
  takeAll(expected: Uint8Array): boolean {
    if (this.at + expected.length > this.end) return false;
    for (let i = 0; i < expected.length; i += 1) if (this.bytes[this.at + i] !== expected[i]) return false;
    this.at += expected.length;
    return true;
  }

  /** Goes behind the quote that ends a text; returns where it stands, or `UNEXPECTED` for an escape, a control or what is not ASCII. */
  endText(): number {
    const { bytes, end } = this;
    for (let i = this.at; i < end; i += 1) {
      if (IS_PLAIN[bytes[i] as number] === 1) continue;
      if (bytes[i] !== QUOTE) return UNEXPECTED;
      this.at = i + 1;
      return i;
    }
    return UNEXPECTED;
  }

  /** Reads a whole number from 0 up to 15 digits; returns whether there is one. */
  integer(): boolean {
    const { bytes } = this;
    const start = this.at;
    // In two halves that are small integers: a float for each digit would take four times as long.
    let i = start;
    let high = 0;
    let digit = (bytes[i] as number) - ZERO;
    for (const half = start + HALF_DIGITS; digit >= 0 && digit <= 9 && i < half; digit = (bytes[i] as number) - ZERO) {
      high = (Math.imul(high, 10) + digit) | 0;
      i += 1;
    }
    const middle = i;
    let low = 0;
    for (const limit = start + MAX_DIGITS; digit >= 0 && digit <= 9 && i < limit; digit = (bytes[i] as number) - ZERO) {
      low = (Math.imul(low, 10) + digit) | 0;
      i += 1;
    }
    if (!this.#endsNumber(start, i)) return false;
    this.number[0] = high * (POWERS[i - middle] as number) + low;
    return true;
  }

  /** Goes behind a number of digits alone that ends here: a fraction or an exponent would follow otherwise. */
  #endsNumber(start: number, end: number): boolean {
    const { bytes } = this;
    if (end === start || (bytes[start] === ZERO && end > start + 1)) return false;
    if (bytes[end] !== COMMA && bytes[end] !== CLOSE_BRACE) return false;
    this.at = end;
    return true;
  }

  /**
   * Reads a decimal in a text as an integer of `10 ** -places`; returns whether there is one that is up to nine digits long before its point, and up
   * to `places` (nine at most) behind it, and zeros.
   */
  decimal(places: number): boolean {
    const { bytes } = this;
    if (places > MAX_PART || bytes[this.at] !== QUOTE) return false;
    const start = this.at + 1;
    let i = start;
    let whole = 0;
    let digit = (bytes[i] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      whole = (Math.imul(whole, 10) + digit) | 0;
      i += 1;
      digit = (bytes[i] as number) - ZERO;
    }
    if (i === start || i - start > MAX_PART) return false;
    let part = 0;
    let left = places;
    if (bytes[i] === POINT) {
      const point = i;
      i += 1;
      digit = (bytes[i] as number) - ZERO;
      while (digit >= 0 && digit <= 9 && left > 0) {
        part = (Math.imul(part, 10) + digit) | 0;
        left -= 1;
        i += 1;
        digit = (bytes[i] as number) - ZERO;
      }
      while (bytes[i] === ZERO) i += 1;
      if (i === point + 1) return false;
    }
    if (bytes[i] !== QUOTE || i - start > MAX_CHARACTERS) return false;
    this.at = i + 1;
    this.number[0] = whole * (POWERS[places] as number) + part * (POWERS[left] as number);
    return true;
  }

  /** Goes over a text, a whole number, `true`, `false` or `null`. */
  skipValue(): boolean {
    const byte = this.bytes[this.at] as number;
    if (byte === QUOTE) {
      this.at += 1;
      return this.endText() !== UNEXPECTED;
    }
    if (byte >= ZERO && byte <= NINE) {
      let i = this.at + 1;
      while ((this.bytes[i] as number) >= ZERO && (this.bytes[i] as number) <= NINE) i += 1;
      return this.#endsNumber(this.at, i);
    }
    return this.takeAll(TRUE) || this.takeAll(FALSE) || this.takeAll(NULL);
  }
}

/** Bytes of a text in ASCII. */
export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;
export const OPEN_BRACKET = 91;
export const CLOSE_BRACKET = 93;
const BACKSLASH = 92;
/** What stands for itself in a text: printable ASCII but for the quote and the backslash. */
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte < 127 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
const ZERO = 48;
const NINE = 57;
const POINT = 46;
const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');
/** Such a number is exact in a float, and so is ten times it. */
const MAX_DIGITS = 15;
/** The digits of the first half, so that either half fits 32 bits. */
const HALF_DIGITS = 8;
/** Digits that a 32-bit integer holds, whatever they are. */
const MAX_PART = 9;
/** As `parseFixed` has it: longer decimals are refused, so they are left to it. */
const MAX_CHARACTERS = 40;
const POWERS = Float64Array.from({ length: MAX_PART + 1 }, (_, exponent) => 10 ** exponent);
