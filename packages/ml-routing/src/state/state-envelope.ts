import { createHash } from 'node:crypto';
import { showValue, type JsonValue, type PluginState } from '@tradewind/core-types';
import { isRecord } from './json-shapes.ts';
import { StateError } from './state-error.ts';

/** A state as it was saved. */
export interface SavedState {
  readonly state: PluginState;
  /** In milliseconds since the epoch. */
  readonly savedAtMs: number;
}

/**
 * A state as text: JSON with its format, the version of its data, when it was saved, and a SHA-256 checksum of all that.
 *
 * @throws StateError `CORRUPT_STATE` where the state is not JSON-safe: a NaN would come back as null, and nobody would know.
 */
export function sealState({ state, savedAtMs }: SavedState): string {
  const fault =
    jsonFault(state.data, 'data') ?? jsonFault(state.version, 'version') ?? jsonFault(savedAtMs, 'savedAtMs');
  if (fault !== undefined) throw corrupt(fault, 'Mend the snapshot of the part: a state holds JSON only.');
  const { version, data } = state;
  return `${JSON.stringify({ format: FORMAT, version, checksum: checksumOf(version, savedAtMs, data), savedAtMs, data })}\n`;
}

/** Reads what {@link sealState} wrote. @throws StateError `CORRUPT_STATE` on anything else. */
export function openState(text: string): SavedState {
  const envelope = parse(text);
  const { format, version, checksum, savedAtMs, data } = envelope;
  if (format !== FORMAT) throw corrupt(`expected the format ${FORMAT}, received ${showValue(format)}`);
  if (!isWhole(version)) throw corrupt(`expected a version from 1 on, received ${showValue(version)}`);
  if (typeof savedAtMs !== 'number') throw corrupt(`expected the time of saving, received ${showValue(savedAtMs)}`);
  if (data === undefined) throw corrupt('expected data, received none');
  const fault = jsonFault(data, 'data');
  if (fault !== undefined) throw corrupt(fault);
  if (checksum !== checksumOf(version, savedAtMs, data)) {
    throw corrupt(`expected a checksum that fits the data, received ${showValue(checksum)}`);
  }
  return { state: { version, data }, savedAtMs };
}

function parse(text: string): Readonly<Record<string, JsonValue | undefined>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StateError(
      'CORRUPT_STATE',
      `Expected a saved state, received text that is no JSON. ${START_WITHOUT}`,
      cause,
    );
  }
  if (!isRecord(value)) throw corrupt(`expected an object, received ${showValue(value)}`);
  return value as Readonly<Record<string, JsonValue | undefined>>;
}

/** Over the values and not over the text: another order of the keys outside of `data`, or another spacing, does no harm. */
function checksumOf(version: number, savedAtMs: number, data: JsonValue): string {
  return createHash('sha256')
    .update(JSON.stringify([FORMAT, version, savedAtMs, data]))
    .digest('hex');
}

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

function faultWithin(value: object, path: string): string | undefined {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const fault = jsonFault(value[at], `${path}[${at}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return `expected JSON at ${path}, received an instance of a class`;
  for (const [key, each] of Object.entries(value)) {
    const fault = jsonFault(each, `${path}.${key}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function corrupt(fault: string, hint: string = START_WITHOUT): StateError {
  return new StateError('CORRUPT_STATE', `${fault[0]?.toUpperCase()}${fault.slice(1)}. ${hint}`);
}

const FORMAT = 'tradewind-learned-state';
const START_WITHOUT = 'Start without it: what was learned is learned again.';
