import { showValue } from '@tradewind/core-types';

/** What is not JSON about a value, and where; undefined: nothing. A class instance, a NaN and an Infinity are none. `JSON.parse` reads 1e999 as Infinity, so what was read is looked at too. */
export function jsonFault(value: unknown, path: string): string | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? undefined : `expected a finite number at ${path}, received ${value}`;
    case 'string':
    case 'boolean':
      return undefined;
    case 'object':
      return value === null ? undefined : faultWithin(value, path);
    default:
      return `expected JSON at ${path}, received ${showValue(value)}`;
  }
}

/** A path is written only for what is no plain number: of a hundred thousand elements nobody asks for the names. */
function faultWithin(value: object, path: string): string | undefined {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const each: unknown = value[at];
      if (Number.isFinite(each)) continue;
      const fault = jsonFault(each, `${path}[${at}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const fault = classFault(value, path);
  if (fault !== undefined) return fault;
  for (const [key, each] of Object.entries(value)) {
    if (Number.isFinite(each)) continue;
    const within = jsonFault(each, `${path}.${key}`);
    if (within !== undefined) return within;
  }
  return undefined;
}

function classFault(value: object, path: string): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null
    ? undefined
    : `expected JSON at ${path}, received an instance of a class`;
}

/** What is no JSON, and where, as {@link jsonFault} says it. */
export class NoJson extends Error {}

/**
 * The text that `JSON.stringify` makes of a value, in pieces, each of which is checked and made at once of some hundred values: between two of them whoever writes a large state can
 * let others run. A single text is never cut.
 *
 * @throws NoJson at the first piece that has a {@link jsonFault}.
 */
export function* jsonPieces(value: unknown, path: string): Generator<string, void, undefined> {
  if (sizeOf(value, PIECE) < PIECE || typeof value !== 'object' || value === null) {
    refuse(jsonFault(value, path));
    yield JSON.stringify(value);
  } else if (Array.isArray(value)) yield* arrayPieces(value, path);
  else {
    refuse(classFault(value, path));
    let before = '{';
    for (const [key, each] of Object.entries(value)) {
      yield `${before}${JSON.stringify(key)}:`;
      yield* jsonPieces(each, `${path}.${key}`);
      before = ',';
    }
    yield '}';
  }
}

function* arrayPieces(values: readonly unknown[], path: string): Generator<string, void, undefined> {
  let before = '[';
  for (let from = 0; from < values.length; from += RUN) {
    const run = values.slice(from, from + RUN);
    if (sizeOf(run, PIECE) < PIECE) {
      // Looked for again among all only where there is one, to name its place.
      if (jsonFault(run, path) !== undefined) refuse(jsonFault(values, path));
      yield `${before}${JSON.stringify(run).slice(1, -1)}`;
      before = ',';
      continue;
    }
    for (const [at, each] of run.entries()) {
      yield before;
      yield* jsonPieces(each, `${path}[${from + at}]`);
      before = ',';
    }
  }
  yield ']';
}

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new NoJson(fault);
}

/** How many values there are within, counted up to a limit. */
function sizeOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const each of Array.isArray(value) ? value : Object.values(value)) {
    if (size >= limit) return limit;
    size += sizeOf(each, limit - size);
  }
  return size;
}

/** Values of a piece at most, and elements of an array that are tried as one: about 50 microseconds. */
const PIECE = 512;
const RUN = 256;
