import { appendFileSync, closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A trail on disk: lines of JSON in `NAME-audit.jsonl`; at 5 MB it becomes `NAME-audit.1.jsonl`, in place of the one before. */
export class AuditFile<Entry> {
  readonly #path: string;
  readonly #before: string;
  /** A crash may leave half a line behind: the first line of this process begins on one of its own. */
  #isTorn: boolean | undefined;

  constructor(folder: string, name: string) {
    this.#path = join(folder, `${name}-audit.jsonl`);
    this.#before = join(folder, `${name}-audit.1.jsonl`);
  }

  add(entry: Entry): void {
    this.#isTorn ??= !endOf(this.#path, 1).endsWith('\n') && endOf(this.#path, 1) !== '';
    appendFileSync(this.#path, `${this.#isTorn ? '\n' : ''}${JSON.stringify(entry)}\n`);
    this.#isTorn = false;
    if (statSync(this.#path).size > MAX_BYTES) renameSync(this.#path, this.#before);
  }

  /** The newest entries, oldest first. */
  tail(limit: number): readonly Entry[] {
    const newest = entriesIn<Entry>(endOf(this.#path, TAIL_BYTES));
    const all = newest.length < limit ? [...entriesIn<Entry>(endOf(this.#before, TAIL_BYTES)), ...newest] : newest;
    return all.slice(-limit);
  }
}

/** The last bytes of a file as a text; empty where there is none. */
function endOf(path: string, bytes: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, read);
  } finally {
    closeSync(file);
  }
}

/** What is cut at either end is no entry. */
function entriesIn<Entry>(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    try {
      if (line.startsWith('{')) entries.push(JSON.parse(line) as Entry);
    } catch {
      continue;
    }
  }
  return entries;
}

const MAX_BYTES = 5_000_000;
/** Room for a thousand entries of a kilobyte. */
const TAIL_BYTES = 1_000_000;
