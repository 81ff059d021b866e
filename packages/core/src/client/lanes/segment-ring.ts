import { Segment } from './segment.ts';

/** Segments that were emptied and wait to be filled again; shared by the lanes of a client, so that a steady load allocates nothing. */
export class SegmentPool {
  readonly #spare: Segment[] = [];

  take(): Segment {
    return this.#spare.pop() ?? new Segment();
  }

  give(segment: Segment): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(segment);
  }
}

/** The segments of one lane, oldest first, on a ring. */
export class SegmentRing {
  #ring: (Segment | undefined)[] = [undefined, undefined];
  #head = 0;
  #size = 0;

  push(segment: Segment): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = segment;
    this.#size += 1;
  }

  /** Removes the oldest. */
  shift(): Segment | undefined {
    const segment = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size -= 1;
    return segment;
  }

  at(index: number): Segment {
    return this.#ring[(this.#head + index) & (this.#ring.length - 1)] as Segment;
  }

  #grow(): void {
    const slots = this.#ring.length;
    const ring: (Segment | undefined)[] = [];
    for (let i = 0; i < slots; i += 1) ring.push(this.at(i));
    while (ring.length < slots * 2) ring.push(undefined);
    this.#ring = ring;
    this.#head = 0;
  }
}

/** 16 spare segments are 32,768 messages of slack, at most 1.4 MB. */
const MAX_SPARE = 16;
