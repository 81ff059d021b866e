import { types } from 'node:util';
import { showValue } from '@tradewind/core-types';

/** Why a payload cannot be carried. */
export class NotCarriable extends Error {}

/**
 * What one pass over a payload finds out: whether msgpack carries it, how large it can become, whether bytes are in it.
 * One object serves all payloads; reset it before each.
 */
export class Inspection {
  /** At most so many bytes, a few more counted for structure. */
  bytes = 0;
  hasBytes = false;

  /**
   * The value itself where msgpack carries it; a copy where members that are undefined have to be left out.
   *
   * @throws NotCarriable with the path and what was expected.
   */
  value(value: unknown, path: string, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        if (!value.isWellFormed()) refuseIllFormed(path);
        this.bytes += value.length * MOST_BYTES_PER_UNIT + STRUCTURE_BYTES;
        return value;
      case 'number':
      case 'boolean':
        this.bytes += NUMBER_BYTES;
        return value;
      case 'bigint':
        this.bytes += NUMBER_BYTES;
        if (value >= LEAST_BIGINT && value <= MOST_BIGINT) return value;
        return refuse(path, 'a bigint of 64 bits', value, 'Write it as a decimal string.');
      case 'object':
        this.bytes += STRUCTURE_BYTES;
        return value === null ? value : this.#object(value, path, depth);
      default:
        return refuse(path, 'plain data', value, 'Leave it out, or send what it stands for.');
    }
  }

  #object(object: object, path: string, depth: number): unknown {
    if (depth === MAX_DEPTH) refuse(path, `a payload at most ${MAX_DEPTH} deep`, object, 'Is it part of a cycle?');
    if (types.isUint8Array(object)) {
      this.bytes += object.byteLength;
      this.hasBytes = true;
      return object;
    }
    if (Array.isArray(object)) return this.#array(object, path, depth);
    checkPlain(object, path);
    return this.#plain(object as Readonly<Record<string, unknown>>, path, depth);
  }

  #array(array: readonly unknown[], path: string, depth: number): unknown {
    let copy: unknown[] | undefined;
    for (let i = 0; i < array.length; i += 1) {
      const element = array[i];
      // The path is built only where it may be needed: a book has hundreds of levels.
      if (typeof element === 'string') {
        if (!element.isWellFormed()) refuseIllFormed(`${path}[${i}]`);
        this.bytes += element.length * MOST_BYTES_PER_UNIT + STRUCTURE_BYTES;
        continue;
      }
      if (typeof element === 'number') {
        this.bytes += NUMBER_BYTES;
        continue;
      }
      const checked = this.value(element, `${path}[${i}]`, depth + 1);
      if (checked === element) continue;
      copy ??= [...array];
      copy[i] = checked;
    }
    return copy ?? array;
  }

  #plain(object: Readonly<Record<string, unknown>>, path: string, depth: number): unknown {
    let copy: Record<string, unknown> | undefined;
    for (const key in object) {
      if (key === '__proto__') refuseProto(path);
      this.bytes += key.length * MOST_BYTES_PER_UNIT + STRUCTURE_BYTES;
      const member = object[key];
      if (typeof member === 'string') {
        if (!member.isWellFormed()) refuseIllFormed(`${path}.${key}`);
        this.bytes += member.length * MOST_BYTES_PER_UNIT + STRUCTURE_BYTES;
        continue;
      }
      if (member === undefined) {
        copy ??= { ...object };
        delete copy[key];
        continue;
      }
      const checked = this.value(member, `${path}.${key}`, depth + 1);
      if (checked === member) continue;
      copy ??= { ...object };
      copy[key] = checked;
    }
    return copy ?? object;
  }
}

/** @throws NotCarriable for an object with a class of its own, or with members that would be left out. */
export function checkPlain(object: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  // A plain object of another realm has another Object.prototype, but its chain is as short.
  if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
    const { constructor } = object;
    const name = typeof constructor === 'function' ? constructor.name : '';
    throw new NotCarriable(
      `${path}: expected a plain object or an array, received an object ${name === '' ? 'with a class' : `of the class ${name}`}. Send its content as plain data.`,
    );
  }
  if (Object.getOwnPropertySymbols(object).length > 0) {
    refuse(path, 'an object without symbols as keys', object, 'They would be left out.');
  }
}

export function refuseProto(path: string): never {
  throw new NotCarriable(`${path}: expected other names of members than __proto__. Rename it.`);
}

/** Half of a surrogate pair has no form in UTF-8, and would arrive as another character. */
export function refuseIllFormed(path: string): never {
  throw new NotCarriable(`${path}: expected well-formed text, received half of a surrogate pair. Send it as bytes.`);
}

function refuse(path: string, expected: string, received: unknown, hint: string): never {
  throw new NotCarriable(`${path}: expected ${expected}, received ${showValue(received)}. ${hint}`);
}

/** Of a UTF-16 code unit in UTF-8. */
export const MOST_BYTES_PER_UNIT = 3;
/** What msgpack puts before text, bytes, arrays and maps. */
export const STRUCTURE_BYTES = 5;
export const NUMBER_BYTES = 9;
const LEAST_BIGINT = -(2n ** 63n);
const MOST_BIGINT = 2n ** 64n - 1n;
const MAX_DEPTH = 64;
