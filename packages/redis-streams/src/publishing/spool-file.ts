import { mkdir, open, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRecord, type SpoolRecord } from './spool-record.ts';

/** What was read, and where the next read begins. */
export interface SpoolChunk {
  readonly records: readonly SpoolRecord[];
  readonly end: number;
}

/**
 * A queue of records in a file: appended at its end, read from its beginning, emptied when all was read.
 *
 * How far it was read stands in a file beside it, which may be old after a crash: records that come again are known by their numbers,
 * unless another life of the producer has written since.
 */
export class SpoolFile {
  readonly #directory: string;
  readonly #sync: boolean;
  #file: FileHandle | undefined;
  #end = 0;
  #position = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(directory: string, sync: boolean) {
    this.#directory = directory;
    this.#sync = sync;
  }

  /** Bytes that are not read yet. */
  get waiting(): number {
    return this.#end - this.#position;
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#end;
  }

  /** Opens or makes the files. What a crash left unfinished at the end is cut off; it was never confirmed. */
  async open(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    // Readable and writable, made where it is missing, and not emptied.
    this.#file = await open(join(this.#directory, FILE), 'a+').then(async (file) => {
      await file.close();
      return open(join(this.#directory, FILE), 'r+');
    });
    const { size } = await this.#opened().stat();
    const read = Number(await readFile(join(this.#directory, POSITION_FILE), 'utf8').catch(() => '0'));
    this.#position = Number.isSafeInteger(read) && read >= 0 && read <= size ? read : 0;
    this.#end = size;
    this.#end = await this.#lastWhole();
    await this.#opened().truncate(this.#end);
  }

  /** Resolves when it is written, and with `sync` on the disk. A write that failed leaves nothing behind. */
  append(bytes: Buffer): Promise<void> {
    return this.#alone(async (file) => {
      try {
        await file.write(bytes, 0, bytes.length, this.#end);
        if (this.#sync) await file.datasync();
      } catch (error) {
        await file.truncate(this.#end).catch(() => undefined);
        throw error;
      }
      this.#end += bytes.length;
    });
  }

  /** The next records, about `bytes` of them, without taking them. */
  peek(bytes: number): Promise<SpoolChunk> {
    return this.#alone(() => this.#read(this.#position, bytes));
  }

  /** They are done up to `end`. With the last one the file becomes empty. */
  take(end: number): Promise<void> {
    return this.#alone(async (file) => {
      const isLast = end >= this.#end;
      // Before the file is emptied: a crash in between repeats records; the other way round would skip some.
      await writeFile(join(this.#directory, POSITION_FILE), isLast ? '0' : String(end));
      this.#position = isLast ? 0 : end;
      if (!isLast) return;
      this.#end = 0;
      await file.truncate(0);
    });
  }

  /** Keeps what Redis will never take, for people to look at. */
  async setAside(bytes: Buffer): Promise<void> {
    await writeFile(join(this.#directory, REFUSED_FILE), bytes, { flag: 'a' });
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #lastWhole(): Promise<number> {
    let at = this.#position;
    for (;;) {
      const { end } = await this.#read(at, SCAN_BYTES);
      if (end === at) return at;
      at = end;
    }
  }

  async #read(from: number, most: number): Promise<SpoolChunk> {
    let wanted = Math.min(most, this.#end - from);
    for (;;) {
      const bytes = Buffer.alloc(wanted);
      const { bytesRead } = await this.#opened().read(bytes, 0, wanted, from);
      const records: SpoolRecord[] = [];
      let at = 0;
      let decoded = decodeRecord(bytes.subarray(0, bytesRead), at);
      while (decoded !== undefined && decoded !== 'incomplete') {
        records.push(decoded.record);
        at += decoded.size;
        decoded = decodeRecord(bytes.subarray(0, bytesRead), at);
      }
      // A record larger than what was read: once more with room for it.
      if (records.length > 0 || decoded === undefined || wanted >= this.#end - from) return { records, end: from + at };
      wanted = Math.min(wanted * 4, this.#end - from);
    }
  }

  /** One after the other: a write must not meet the emptying of the file. */
  #alone<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => work(this.#opened()));
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  #opened(): FileHandle {
    if (this.#file === undefined) throw new Error('the spool is not open');
    return this.#file;
  }
}

const FILE = 'entries.spool';
const POSITION_FILE = 'position.spool';
const REFUSED_FILE = 'refused.spool';
const SCAN_BYTES = 4_194_304;
