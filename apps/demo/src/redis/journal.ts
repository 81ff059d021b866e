import { closeSync, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { FLOWS, type Flow, type Role } from './roles.ts';

/** Which side of a flow a line is about: `out`, stored in Redis by its publisher; `in`, done with by its handler. */
export type Side = 'out' | 'in';

/**
 * What one process has done, line by line, in a file: it is known after `kill -9` as well, and all lives of a process share it.
 *
 * A line is written before the message is acknowledged. A process that dies in between does its work again and writes a second line:
 * that is what at-least-once means, and the accounts show it as repeated.
 */
export class Journal {
  readonly #file: number;

  constructor(folder: string, role: Role) {
    this.#file = openSync(fileOf(folder, role), 'a');
  }

  note(side: Side, flow: Flow, ids: readonly (string | number)[]): void {
    if (ids.length > 0) writeSync(this.#file, ids.map((id) => `${side} ${flow} ${id}\n`).join(''));
  }
}

/** How many messages of a flow a process had stored in earlier lives, when they are numbered from 0. */
export function storedBefore(folder: string, role: Role, flow: Flow): number {
  const file = fileOf(folder, role);
  if (!existsSync(file)) return 0;
  const prefix = `out ${flow} `;
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(prefix)).length;
}

/** One flow as one side has noted it. */
export interface Tally {
  readonly ids: ReadonlySet<string>;
  /** Lines beyond the first of an id. */
  readonly repeated: number;
}

/** Reads a journal while it grows. */
export class JournalReader {
  readonly #path: string;
  readonly #tallies = new Map<string, { readonly ids: Set<string>; repeated: number }>();
  #offset = 0;
  #rest = '';

  constructor(folder: string, role: Role) {
    this.#path = fileOf(folder, role);
    for (const flow of FLOWS)
      for (const side of ['out', 'in']) this.#tallies.set(`${side} ${flow}`, { ids: new Set(), repeated: 0 });
  }

  /** Takes what has been written since the last call. */
  read(): void {
    if (!existsSync(this.#path)) return;
    const file = openSync(this.#path, 'r');
    const buffer = Buffer.alloc(READ_BYTES);
    try {
      for (;;) {
        const bytes = readSync(file, buffer, 0, buffer.length, this.#offset);
        if (bytes === 0) return;
        this.#offset += bytes;
        const lines = (this.#rest + buffer.toString('latin1', 0, bytes)).split('\n');
        this.#rest = lines.pop() ?? '';
        for (const line of lines) this.#take(line);
      }
    } finally {
      closeSync(file);
    }
  }

  tally(side: Side, flow: Flow): Tally {
    return this.#tallies.get(`${side} ${flow}`) ?? NOTHING;
  }

  #take(line: string): void {
    const blank = line.lastIndexOf(' ');
    const tally = this.#tallies.get(line.slice(0, blank));
    if (tally === undefined) return;
    const id = line.slice(blank + 1);
    if (tally.ids.has(id)) tally.repeated += 1;
    else tally.ids.add(id);
  }
}

function fileOf(folder: string, role: Role): string {
  return join(folder, `${role}.journal`);
}

const NOTHING: Tally = { ids: new Set(), repeated: 0 };
const READ_BYTES = 65_536;
