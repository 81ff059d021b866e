import type { JsonValue, PluginState } from '@tradewind/core-types';
import { isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';

/** What is kept of a trial. */
export interface TrialState {
  readonly adopted: boolean;
  readonly adoptions: number;
  readonly withdrawals: number;
  readonly reversals: number;
  /** Undefined where the candidate has no state. */
  readonly candidate: PluginState | undefined;
}

/** @throws ValidationError `INVALID_OPTIONS` on a state that it cannot read. */
export function readTrialState({ version, data }: PluginState): TrialState {
  if (version !== 1) throw unreadable('version', '1', version);
  if (!isRecord(data)) throw unreadable('data', 'an object', data);
  const { adopted, candidate } = data;
  if (typeof adopted !== 'boolean') throw unreadable('data.adopted', 'true or false', adopted);
  const [adoptions = 0, withdrawals = 0, reversals = 0] = COUNTS.map((name) => {
    const count = data[name];
    if (typeof count !== 'number' || !(count >= 0)) throw unreadable(`data.${name}`, 'a number from 0 on', count);
    return count;
  });
  return { adopted, adoptions, withdrawals, reversals, candidate: readCandidate(candidate) };
}

function readCandidate(candidate: JsonValue | undefined): PluginState | undefined {
  if (candidate === null || candidate === undefined) return undefined;
  const { version, data } = isRecord(candidate) ? candidate : {};
  if (typeof version !== 'number' || data === undefined) {
    throw unreadable('data.candidate', 'a state with its version, or null', candidate);
  }
  return { version, data };
}

const unreadable = unreadableState('the trial begins with the path that messages take anyway');
const COUNTS = ['adoptions', 'withdrawals', 'reversals'] as const;
