import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '@tradewind/core-types';
import { MonitoringError } from '../errors.ts';
import { AuditFile } from './audit-file.ts';
import { takeLock } from './state-lock.ts';

/** Whose state it is, and where. */
export interface StateFilesOptions {
  /** Made where it is not there. */
  readonly folder: string;
  /** How the files begin: `alerts`, `remediation`. */
  readonly name: string;
  /** Of the state's shape. A file of another version is put aside. */
  readonly version: number;
  /** Told where a file had to be put aside. */
  readonly logger: Logger;
}

/**
 * State that goes on after a restart where it stood, in a folder that it may share with state of another name:
 *
 * - `NAME.json`, replaced as a whole, so that a crash leaves the old or the new one, with a checksum;
 * - `NAME-audit.jsonl`, to which lines are added; at 5 MB it becomes `NAME-audit.1.jsonl` and a new one begins;
 * - `NAME.lock`, which keeps others out, who would overwrite it.
 *
 * What cannot be read is put aside for whoever looks, as `NAME.damaged.json` or `NAME.version-2.json`, one of each, with a warning; its owner begins anew.
 * Everything is synchronous: a state is some kilobytes and is written when something happened, not by the message.
 */
export class StateFiles<State, Entry> {
  readonly #options: StateFilesOptions;
  readonly #audit: AuditFile<Entry>;
  readonly #unlock: () => void;
  #isOpen = true;

  /** @throws MonitoringError `STATE_UNUSABLE` where the folder cannot be made, or another owner of that name uses it. */
  constructor(options: StateFilesOptions) {
    const { folder, name } = options;
    this.#options = options;
    this.#audit = new AuditFile(folder, name);
    this.#attempt(() => mkdirSync(folder, { recursive: true }));
    this.#unlock = takeLock(join(folder, `${name}.lock`));
  }

  /** Gives the folder back; nothing is written any more. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#unlock();
  }

  /** Undefined where there is none that can be read. @throws MonitoringError `STATE_UNUSABLE` where one that cannot be read cannot be put aside. */
  read(): State | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      this.#putAside('damaged', `it cannot be read: ${String(error)}`);
      return undefined;
    }
    const { version } = this.#options;
    const found = parsed(text);
    if (found.version === version && found.isWhole) return found.state as State;
    if (found.version === undefined || found.version === version) {
      this.#putAside('damaged', 'it is no whole state with a right checksum');
    } else {
      this.#putAside(
        `version-${found.version}`,
        `it is of version ${found.version}, and this reads version ${version}`,
      );
    }
    return undefined;
  }

  /** @throws MonitoringError `STATE_UNUSABLE` where it cannot be written; what was there stays. */
  write(state: State, savedAtMs: number): void {
    if (!this.#isOpen) return;
    const { version } = this.#options;
    const body = JSON.stringify(state);
    const text = `{"version":${version},"savedAtMs":${savedAtMs},"checksum":"${checksumOf(body)}","state":${body}}\n`;
    this.#attempt(() => {
      writeFileSync(`${this.#path}.new`, text, { flush: true });
      renameSync(`${this.#path}.new`, this.#path);
    });
  }

  /** Adds a line to the trail. @throws MonitoringError `STATE_UNUSABLE` */
  audit(entry: Entry): void {
    if (this.#isOpen) this.#attempt(() => this.#audit.add(entry));
  }

  /** The newest lines of the trail, oldest first, so many at most. Lines that are torn are left out. @throws MonitoringError `STATE_UNUSABLE` */
  auditTail(limit: number): readonly Entry[] {
    let entries: readonly Entry[] = [];
    this.#attempt(() => (entries = this.#audit.tail(limit)));
    return entries;
  }

  get #path(): string {
    return join(this.#options.folder, `${this.#options.name}.json`);
  }

  #putAside(suffix: string, reason: string): void {
    const { folder, name, logger } = this.#options;
    const aside = join(folder, `${name}.${suffix}.json`);
    this.#attempt(() => renameSync(this.#path, aside));
    logger.warn(
      { event: 'monitoring.state-put-aside', path: this.#path, aside, reason },
      `${this.#path} is now ${aside}, because ${reason}; what it held begins anew.`,
    );
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (cause) {
      throw new MonitoringError('STATE_UNUSABLE', {
        message: `Expected a folder that can be read and written at ${this.#options.folder}, and it cannot.`,
        hint: 'Give another `stateDir`, or make room and permissions there.',
        cause,
      });
    }
  }
}

/** How a checksum is made may be another thing in another version, whose file is put aside as it is. */
function parsed(text: string): { readonly version?: number; readonly isWhole?: boolean; readonly state?: unknown } {
  try {
    const { version, checksum, state } = JSON.parse(text) as Record<string, unknown>;
    if (!Number.isSafeInteger(version)) return {};
    // Names stand in the order in which they were written, so that the text of the state is the one that was summed up.
    const isWhole = state !== undefined && checksum === checksumOf(JSON.stringify(state));
    return { version: version as number, isWhole, state };
  } catch {
    return {};
  }
}

function checksumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
