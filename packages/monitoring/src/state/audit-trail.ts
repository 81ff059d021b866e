/** The newest entries of an audit trail, so many at most; where there is a folder for state, the files there have more. */
export class AuditTrail<Entry> {
  readonly #size: number;
  readonly #entries: Entry[] = [];
  readonly #write: (entry: Entry) => void;

  constructor(size: number, write: (entry: Entry) => void) {
    this.#size = size;
    this.#write = write;
  }

  /** Begins with what was written before a restart, oldest first. */
  restore(entries: readonly Entry[]): void {
    this.#entries.push(...entries.slice(-this.#size));
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#size) this.#entries.shift();
    this.#write(entry);
  }

  /** Newest first. */
  recent(limit: number = this.#size): readonly Entry[] {
    return limit > 0 ? this.#entries.slice(-limit).reverse() : [];
  }
}
