import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MonitoringError } from '../errors.ts';
import { takeLock } from '../state-lock.ts';
import type { AlertRecord } from './alert-record.ts';
import type { AuditEntry } from './audit-trail.ts';
import type { GroupState } from './groups.ts';
import type { TrackedState } from './rule-tracker.ts';
import type { Silence } from './silences.ts';

/** Everything that goes on after a restart where it stood. */
export interface AlertingState {
  readonly version: 1;
  readonly savedAtMs: number;
  readonly tracked: Readonly<Record<string, readonly TrackedState[]>>;
  readonly records: readonly AlertRecord[];
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupState[];
}

/**
 * The state of the alerts in a folder: `alerts.json`, replaced as a whole so that a crash leaves the old or the new one, and `alerts-audit.jsonl`, to which
 * lines are added; at 5 MB it becomes `alerts-audit.1.jsonl` and a new one begins. `alerts.lock` keeps others out, who would overwrite it.
 */
export class StateFiles {
  readonly #folder: string;
  readonly #unlock: () => void;

  /** @throws MonitoringError `STATE_UNUSABLE` where the folder cannot be made, or other alerting uses it. */
  constructor(folder: string) {
    this.#folder = folder;
    attempt(folder, () => mkdirSync(folder, { recursive: true }));
    this.#unlock = takeLock(join(folder, 'alerts.lock'));
  }

  /** Gives the folder back. */
  close(): void {
    this.#unlock();
  }

  /** Undefined where there is none. One that cannot be read is put aside as `alerts.damaged.json`. */
  read(): AlertingState | undefined {
    const path = join(this.#folder, STATE);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
    const state = parsed(text);
    if (state === undefined) attempt(this.#folder, () => renameSync(path, join(this.#folder, 'alerts.damaged.json')));
    return state;
  }

  /** @throws MonitoringError `STATE_UNUSABLE` where it cannot be written; what was there stays. */
  write(state: AlertingState): void {
    const path = join(this.#folder, STATE);
    attempt(this.#folder, () => {
      writeFileSync(`${path}.new`, JSON.stringify(state), { flush: true });
      renameSync(`${path}.new`, path);
    });
  }

  /** @throws MonitoringError `STATE_UNUSABLE` */
  audit(entry: AuditEntry): void {
    const path = join(this.#folder, 'alerts-audit.jsonl');
    attempt(this.#folder, () => {
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
      if (statSync(path).size > MAX_AUDIT_BYTES) renameSync(path, join(this.#folder, 'alerts-audit.1.jsonl'));
    });
  }
}

function parsed(text: string): AlertingState | undefined {
  try {
    const state = JSON.parse(text) as AlertingState;
    return state.version === 1 && Array.isArray(state.records) ? state : undefined;
  } catch {
    return undefined;
  }
}

function attempt(folder: string, act: () => void): void {
  try {
    act();
  } catch (cause) {
    throw new MonitoringError('STATE_UNUSABLE', {
      message: `Expected a folder that can be read and written at ${folder}, and it cannot.`,
      hint: 'Give another `stateDir`, or make room and permissions there.',
      cause,
    });
  }
}

const STATE = 'alerts.json';
const MAX_AUDIT_BYTES = 5_000_000;
