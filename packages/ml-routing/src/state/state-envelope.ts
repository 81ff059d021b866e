import { createHash, type Hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { showValue, type JsonValue, type PluginState } from '@tradewind/core-types';
import { isRecord } from './json-shapes.ts';
import { NoJson, jsonFault, jsonPieces } from './json-text.ts';
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
export function sealState(saved: SavedState): string {
  const sealing = sealInPieces(saved);
  for (;;) {
    const step = sealing.next();
    if (step.done === true) return step.value;
  }
}

/** The same text, made in several turns of the event loop where it is long: a saving is no reason to hold up messages. */
export async function sealStateInTurns(saved: SavedState): Promise<string> {
  const sealing = sealInPieces(saved);
  for (let sinceRest = 0; ;) {
    const step = sealing.next();
    if (step.done === true) return step.value;
    sinceRest += step.value;
    if (sinceRest < MOST_PER_TURN) continue;
    sinceRest = 0;
    await nextTurn();
  }
}

/** Yields how long each piece is. Text and checksum are made of the same pieces: figures are written once. */
function* sealInPieces({ state: { version, data }, savedAtMs }: SavedState): Generator<number, string, undefined> {
  const fault = jsonFault(version, 'version') ?? jsonFault(savedAtMs, 'savedAtMs');
  if (fault !== undefined) throw corrupt(fault, MEND);
  const hash = hashOf(version, savedAtMs);
  const pieces: string[] = [];
  try {
    for (const piece of jsonPieces(data, 'data')) {
      hash.update(piece);
      pieces.push(piece);
      yield piece.length;
    }
  } catch (error) {
    throw error instanceof NoJson ? corrupt(error.message, MEND) : error;
  }
  const checksum = hash.update(']').digest('hex');
  const head = JSON.stringify({ format: FORMAT, version, checksum, savedAtMs }).slice(0, -1);
  return `${head},"data":${pieces.join('')}}\n`;
}

/**
 * Whether a text is one that {@link openState} reads, found out in several turns of the event loop. What {@link sealState} wrote is known by its checksum, without being parsed; only
 * what stands there otherwise, in another order or spacing, is opened, and in one turn.
 */
export async function isSealed(text: string): Promise<boolean> {
  const head = HEAD.exec(text);
  const { version, checksum, savedAtMs } = head?.groups ?? {};
  if (head === null || !text.endsWith(TAIL)) return opens(text);
  const hash = hashOf(Number(version), Number(savedAtMs));
  const end = text.length - TAIL.length;
  for (let from = head[0].length; from < end; from += MOST_PER_TURN) {
    hash.update(text.slice(from, Math.min(end, from + MOST_PER_TURN)));
    await nextTurn();
  }
  return hash.update(']').digest('hex') === checksum || opens(text);
}

function opens(text: string): boolean {
  try {
    openState(text);
    return true;
  } catch {
    return false;
  }
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
  return hashOf(version, savedAtMs)
    .update(`${JSON.stringify(data)}]`)
    .digest('hex');
}

/** Of `[format, version, savedAtMs, data]`, up to the data. */
function hashOf(version: number, savedAtMs: number): Hash {
  return createHash('sha256').update(`${JSON.stringify([FORMAT, version, savedAtMs]).slice(0, -1)},`);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function corrupt(fault: string, hint: string = START_WITHOUT): StateError {
  return new StateError('CORRUPT_STATE', `${fault[0]?.toUpperCase()}${fault.slice(1)}. ${hint}`);
}

const FORMAT = 'tradewind-learned-state';
const MEND = 'Mend the snapshot of the part: a state holds JSON only.';
/** As it is written; a surrogate pair that is cut between two turns would be hashed as something else, and then the text is opened. */
const HEAD =
  /^\{"format":"tradewind-learned-state","version":(?<version>\d+),"checksum":"(?<checksum>[0-9a-f]{64})","savedAtMs":(?<savedAtMs>[-+.\de]+),"data":/;
const TAIL = '}\n';
/** Characters of a turn: about a millisecond. */
const MOST_PER_TURN = 65_536;
const START_WITHOUT = 'Start without it: what was learned is learned again.';
