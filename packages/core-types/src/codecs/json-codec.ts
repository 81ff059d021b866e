import { types } from 'node:util';
import type { Codec } from '../contracts/codec.ts';
import { ValidationError, showValue } from '../vocabulary/errors.ts';

/**
 * JSON as UTF-8, strict: what JSON would change or leave out is refused, with its path.
 *
 * It carries null, booleans, finite numbers, strings, bigints of 64 bits, `Uint8Array`, arrays and plain objects, at most 64 deep. It refuses
 * undefined in an array or alone, NaN and infinities, functions, symbols, holes in arrays, and every object with a class of its own (`Date`,
 * `Map`, other typed arrays). A member whose value is undefined is left out, and so reads as undefined on the other side as well; `-0`
 * arrives as `0`, and a `Buffer` as the `Uint8Array` that it is.
 *
 * What JSON has no form for is an object with one member: `{"$bigint":"42"}`, `{"$bytes":"AQI="}`. A payload's own object of that shape is
 * wrapped, `{"$plain":{…}}`, so that nothing is mistaken for something else.
 *
 * Throws ValidationError `PAYLOAD_NOT_ENCODABLE` and `PAYLOAD_NOT_DECODABLE`. Cost: one walk over the payload more than `JSON.stringify`; copies are made
 * only where a tag is needed, and decoding walks only where the text has one.
 */
export const jsonCodec: Codec = {
  name: 'json',
  encode: (value) => encoder.encode(JSON.stringify(toJson(value, 'payload', 0))),
  decode(bytes) {
    try {
      const text = decoder.decode(bytes);
      const value: unknown = JSON.parse(text);
      return text.includes(TAG_IN_TEXT) ? fromJson(value) : value;
    } catch (cause) {
      throw new ValidationError('PAYLOAD_NOT_DECODABLE', {
        path: '',
        expected: 'JSON in UTF-8',
        received: `${bytes.byteLength} bytes that are none: ${cause instanceof Error ? cause.message : String(cause)}`,
        hint: 'Give publisher and consumer the same codec.',
        cause,
      });
    }
  },
};

/** The value itself where JSON carries it, otherwise a copy with tags. */
function toJson(value: unknown, path: string, depth: number): unknown {
  if (isHarmless(value)) return value;
  switch (typeof value) {
    case 'bigint':
      if (value >= LEAST_BIGINT && value <= MOST_BIGINT) return { [BIGINT]: `${value}` };
      return refuse(path, 'a bigint of 64 bits', showValue(value), 'Write it as a decimal string.');
    case 'number':
      return refuse(path, 'a finite number', showValue(value), 'JSON would turn it into null.');
    case 'object':
      if (value !== null) return objectToJson(value, path, depth);
      return value;
    default:
      return refuse(path, 'something that JSON carries', showValue(value), 'JSON would leave it out.');
  }
}

function objectToJson(object: object, path: string, depth: number): unknown {
  if (depth === MAX_DEPTH)
    refuse(path, `a payload at most ${MAX_DEPTH} deep`, showValue(object), 'Is it part of a cycle?');
  if (types.isUint8Array(object))
    return { [BYTES]: Buffer.from(object.buffer, object.byteOffset, object.byteLength).toString('base64') };
  if (Array.isArray(object)) return arrayToJson(object, path, depth);
  return plainToJson(object, path, depth);
}

function arrayToJson(array: readonly unknown[], path: string, depth: number): unknown {
  if (Object.keys(array).length !== array.length) {
    refuse(
      path,
      'an array without holes and without members of its own',
      showValue(array),
      'JSON would not keep them.',
    );
  }
  let copy: unknown[] | undefined;
  for (let i = 0; i < array.length; i += 1) {
    const element = array[i];
    // The path is built only where it may be needed: a book has hundreds of levels.
    if (isHarmless(element)) continue;
    const json = toJson(element, `${path}[${i}]`, depth + 1);
    if (json === element) continue;
    copy ??= [...array];
    copy[i] = json;
  }
  return copy ?? array;
}

function plainToJson(object: object, path: string, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  // A plain object of another realm has another Object.prototype, but its chain is as short.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    refuse(
      path,
      'a plain object or an array',
      nameOfClass(object),
      'JSON would forget its class: send its content as plain data.',
    );
  }
  if (Object.getOwnPropertySymbols(object).length > 0) {
    refuse(path, 'an object without symbols as keys', showValue(object), 'JSON would leave them out.');
  }
  let copy: Record<string, unknown> | undefined;
  for (const [key, member] of Object.entries(object)) {
    if (member === undefined || isHarmless(member)) continue;
    const json = toJson(member, `${path}.${key}`, depth + 1);
    if (json === member) continue;
    // Without a prototype a member named __proto__ stays a member.
    copy ??= Object.assign(Object.create(null) as Record<string, unknown>, object);
    copy[key] = json;
  }
  const json = copy ?? object;
  return isTagged(json) ? { [PLAIN]: json } : json;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const object = value as Record<string, unknown>;
  if (isTagged(object)) {
    if (BIGINT in object) return BigInt(textOf(object[BIGINT]));
    if (BYTES in object) return new Uint8Array(Buffer.from(textOf(object[BYTES]), 'base64'));
    return membersFromJson(object[PLAIN] as Record<string, unknown>);
  }
  return membersFromJson(object);
}

/** In place: `JSON.parse` has just made it. */
function membersFromJson(object: Record<string, unknown>): unknown {
  for (const [key, member] of Object.entries(object)) {
    if (typeof member !== 'object' || member === null) continue;
    // Not by assignment, which would set the prototype where the member is named __proto__.
    Object.defineProperty(object, key, {
      value: fromJson(member),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

/** Whether it is an object of exactly one member with the name of a tag. Undefined members count: they are left out later. */
function isTagged(object: object): boolean {
  let tagged = false;
  for (const [key, member] of Object.entries(object)) {
    if (member === undefined) continue;
    if (tagged || (key !== BIGINT && key !== BYTES && key !== PLAIN)) return false;
    tagged = true;
  }
  return tagged;
}

function textOf(tagged: unknown): string {
  if (typeof tagged === 'string') return tagged;
  throw new TypeError(`expected text behind a tag, received ${showValue(tagged)}`);
}

function isHarmless(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value);
}

function nameOfClass(object: object): string {
  const { constructor } = object;
  return typeof constructor === 'function' && constructor.name !== ''
    ? `an object of the class ${constructor.name}`
    : 'an object with a class';
}

function refuse(path: string, expected: string, received: string, hint: string): never {
  throw new ValidationError('PAYLOAD_NOT_ENCODABLE', { path, expected, received, hint });
}

const BIGINT = '$bigint';
const BYTES = '$bytes';
const PLAIN = '$plain';
/** How every tag begins in the text; a string of the payload may look like it, which costs a walk and nothing else. */
const TAG_IN_TEXT = '{"$';
const LEAST_BIGINT = -(2n ** 63n);
const MOST_BIGINT = 2n ** 64n - 1n;
const MAX_DEPTH = 64;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
