import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { findRecords, type FoundRecords, type SpoolRecord } from './spool-record.ts';

/** What was read, and where the next read begins. */
export interface SpoolChunk {
  readonly records: readonly SpoolRecord[];
  /** What stands between them and can be read no more. */
  readonly damaged: readonly Buffer[];
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

  /**
   * Opens or makes the files. What a crash left unfinished at the end is cut off; it was never confirmed. Whatever else is at the end and no record
   * is kept aside.
   *
   * @returns How many bytes were kept aside.
   */
  async open(): Promise<number> {
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
    const { end, isUnfinished } = await this.#lastWhole();
    if (!isUnfinished)
      for (let at = end; at < size; at += SCAN_BYTES)
        await this.keepDamaged(await this.#bytes(at, Math.min(SCAN_BYTES, size - at)));
    this.#end = end;
    await this.#opened().truncate(end);
    return isUnfinished ? 0 : size - end;
  }

  /** Resolves when it is written, and with `sync` on the disk. A write that failed leaves nothing behind. */
  append(bytes: Buffer): Promise<void> {
    return this.#alone(async (file) => {
      try {
        // On a disk that becomes full a write takes a part without an error; the next one tells.
        for (let written = 0; written < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, written, bytes.length - written, this.#end + written);
          if (bytesWritten === 0) throw new Error(`only ${written} of ${bytes.length} bytes could be written`);
          written += bytesWritten;
        }
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
    return this.#alone(async () => {
      const found = await this.#read(this.#position, bytes);
      if (found.records.length > 0) return found;
      // It was whole when the file was opened, or written since.
      return { records: [], damaged: [await this.#bytes(this.#position, this.waiting)], end: this.#end };
    });
  }

  /** They are done up to `end`. With the last one the file becomes empty. */
  take(end: number): Promise<void> {
    return this.#alone(async (file) => {
      const isLast = end >= this.#end;
      // Before the file is emptied: a crash in between repeats records; the other way round would skip some.
      await this.#notePosition(isLast ? 0 : end);
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

  /** Keeps what can be read no more, for people to look at. */
  async keepDamaged(bytes: Buffer): Promise<void> {
    await writeFile(join(this.#directory, DAMAGED_FILE), bytes, { flag: 'a' });
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #lastWhole(): Promise<{ readonly end: number; readonly isUnfinished: boolean }> {
    let at = this.#position;
    for (;;) {
      const { end, isUnfinished } = await this.#read(at, SCAN_BYTES);
      if (end === at) return { end, isUnfinished };
      at = end;
    }
  }

  async #read(from: number, most: number): Promise<FoundRecords> {
    let wanted = Math.min(most, this.#end - from);
    for (;;) {
      const found = findRecords(await this.#bytes(from, wanted));
      // A record larger than what was read, or damage that long: once more with room for it.
      if (found.records.length > 0 || wanted >= this.#end - from) return { ...found, end: from + found.end };
      wanted = Math.min(wanted * 4, this.#end - from);
    }
  }

  async #bytes(from: number, count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count);
    const { bytesRead } = await this.#opened().read(bytes, 0, count, from);
    return bytes.subarray(0, bytesRead);
  }

  /** In one step: half a number would be another place in the file. */
  async #notePosition(position: number): Promise<void> {
    const path = join(this.#directory, POSITION_FILE);
    await writeFile(`${path}.new`, String(position));
    await rename(`${path}.new`, path);
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
const DAMAGED_FILE = 'damaged.spool';
const SCAN_BYTES = 4_194_304;
