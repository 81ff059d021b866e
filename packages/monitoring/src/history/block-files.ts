import { appendFile, mkdir, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { decodeBlock, encodeBlock, frame, unframe, type Block } from './block.ts';

/** Where the blocks of one ring are, and how long they are kept. */
export interface BlockFilesOptions {
  readonly directory: string;
  /** The first part of the names of its files: `minutes`. */
  readonly name: string;
  readonly blocksPerFile: number;
  /** Files whose blocks all ended so long before the newest block are deleted. */
  readonly keepMs: number;
  /** However often a process was started: never more files than these. */
  readonly maxFiles: number;
}

/** A file, and when its last block ended. */
interface BlockFile {
  readonly path: string;
  blocks: number;
  lastMs: number;
}

/**
 * Blocks in files that are only appended to, and deleted whole when they are too old.
 *
 * A torn end, as after a crash, is cut off when the file is read; what stands before it counts. Blocks are compressed (zstd), on a thread of
 * their own.
 */
export class BlockFiles {
  readonly #options: BlockFilesOptions;
  readonly #files: BlockFile[] = [];
  #torn = 0;
  #putAside = 0;
  readonly #asideDeleted: string[] = [];

  constructor(options: BlockFilesOptions) {
    this.#options = options;
  }

  /** How many files had a torn end when they were read. */
  get torn(): number {
    return this.#torn;
  }

  /** How many files had blocks later than they could be when they were read. */
  get putAside(): number {
    return this.#putAside;
  }

  /** Files that were put aside at some time and were deleted when the others were read, because there were more than three. */
  get asideDeleted(): readonly string[] {
    return this.#asideDeleted;
  }

  /**
   * All blocks that are there, oldest first. To be called once, before anything is written.
   *
   * @param latestMs - Blocks that end later are not read: their file is renamed to `….future`, and its other blocks are written anew. The three
   *   newest of such files are kept.
   */
  async *read(latestMs: number): AsyncGenerator<Block> {
    const { directory, name } = this.#options;
    await mkdir(directory, { recursive: true });
    const names = (await readdir(directory)).filter((file) => file.startsWith(`${name}-`) && file.endsWith(ENDING));
    for (const file of names.toSorted()) yield* this.#readFile(join(directory, file), latestMs);
    await this.#deleteOldAside();
  }

  async write(block: Block): Promise<void> {
    // Read before anything is awaited: the arrays are views of a ring that goes on.
    const firstMs = block.timesMs[0] ?? 0;
    const lastMs = block.timesMs.at(-1) ?? firstMs;
    const payload = await compress(encodeBlock(block));
    let file = this.#files.at(-1);
    if (file === undefined || file.blocks >= this.#options.blocksPerFile) {
      file = { path: this.#pathOf(firstMs), blocks: 0, lastMs: firstMs };
      this.#files.push(file);
    }
    await appendFile(file.path, frame(payload));
    file.blocks += 1;
    file.lastMs = lastMs;
    await this.#deleteOld(lastMs);
  }

  async *#readFile(path: string, latestMs: number): AsyncGenerator<Block> {
    const bytes = await readFile(path);
    const { payloads, soundBytes } = unframe(bytes);
    if (soundBytes < bytes.length) {
      this.#torn += 1;
      await truncate(path, soundBytes);
    }
    const file: BlockFile = { path, blocks: 0, lastMs: 0 };
    const kept: Buffer[] = [];
    let isAhead = false;
    for (const payload of payloads) {
      const block = decodeBlock(await decompress(payload));
      if (block === undefined) continue;
      const lastMs = block.timesMs.at(-1) ?? 0;
      isAhead ||= lastMs > latestMs;
      if (lastMs > latestMs) continue;
      kept.push(payload);
      file.blocks += 1;
      file.lastMs = lastMs;
      yield block;
    }
    if (isAhead) await this.#putFileAside(path, kept);
    if (file.blocks > 0 || !isAhead) this.#files.push(file);
  }

  /** As it was, for whoever wants to know; the sound blocks take its place. */
  async #putFileAside(path: string, kept: readonly Buffer[]): Promise<void> {
    this.#putAside += 1;
    await rename(path, path + ASIDE);
    if (kept.length > 0) await writeFile(path, Buffer.concat(kept.map(frame)));
  }

  /** By when they were last written: the time in their names is that of the clock that was wrong. */
  async #deleteOldAside(): Promise<void> {
    const { directory, name } = this.#options;
    const names = (await readdir(directory)).filter(
      (file) => file.startsWith(`${name}-`) && file.endsWith(ENDING + ASIDE),
    );
    const files = await Promise.all(
      names.map(async (file) => ({
        path: join(directory, file),
        writtenMs: (await stat(join(directory, file))).mtimeMs,
      })),
    );
    for (const { path } of files.toSorted((a, b) => b.writtenMs - a.writtenMs).slice(MAX_ASIDE)) {
      await rm(path, { force: true });
      this.#asideDeleted.push(path);
    }
  }

  async #deleteOld(nowMs: number): Promise<void> {
    const { keepMs, maxFiles } = this.#options;
    while (this.#files.length > 1) {
      const [oldest] = this.#files;
      if (oldest === undefined || (nowMs - oldest.lastMs <= keepMs && this.#files.length <= maxFiles)) return;
      await rm(oldest.path, { force: true });
      this.#files.shift();
    }
  }

  /** Times of equal length sort as texts. */
  #pathOf(firstMs: number): string {
    const { directory, name } = this.#options;
    return join(directory, `${name}-${String(Math.floor(firstMs)).padStart(TIME_DIGITS, '0')}${ENDING}`);
  }
}

async function compress(bytes: Buffer): Promise<Buffer> {
  return promisify(zstdCompress)(bytes);
}

/** A payload that nobody can read is one without a block. */
async function decompress(payload: Buffer): Promise<Buffer> {
  try {
    return await promisify(zstdDecompress)(payload);
  } catch {
    return Buffer.alloc(0);
  }
}

const ENDING = '.blocks';
const ASIDE = '.future';
/** Of each ring: enough to see what happened, whatever a clock does. */
const MAX_ASIDE = 3;
const TIME_DIGITS = 15;
