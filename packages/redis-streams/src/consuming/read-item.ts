import type { OwnedStream } from './owned-stream.ts';

/** An entry as it was read or claimed, not yet decoded. */
export interface ReadItem {
  readonly stream: OwnedStream;
  readonly id: string;
  /** Undefined: it has no bytes of ours. */
  readonly bytes: Buffer | undefined;
  /** It is pending, and no longer in its stream. */
  readonly isGone: boolean;
  /** As Redis counts. */
  readonly deliveries: number;
  readonly note: Uint8Array | undefined;
  /** `new`: never delivered before, as far as Redis was told. `claimed`: taken over. */
  readonly source: 'new' | 'claimed';
}

/** A queue that is emptied from its front. Taking one costs nothing but the place of it, which is given back in bulk. */
export class ItemQueue {
  #items: ReadItem[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: ReadItem): void {
    this.#items.push(item);
  }

  shift(): ReadItem | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    }
    return item;
  }

  /** The first one that may go now; those before it stay. */
  shiftFirst(mayGo: (item: ReadItem) => boolean): ReadItem | undefined {
    const first = this.#items[this.#head];
    if (first === undefined) return undefined;
    if (mayGo(first)) return this.shift();
    for (let i = this.#head + 1; i < this.#items.length; i += 1) {
      const item = this.#items[i] as ReadItem;
      if (!mayGo(item)) continue;
      this.#items.splice(i, 1);
      return item;
    }
    return undefined;
  }

  /** Puts back what was taken last. */
  unshift(item: ReadItem): void {
    if (this.#head === 0) {
      this.#items.unshift(item);
      return;
    }
    this.#head -= 1;
    this.#items[this.#head] = item;
  }

  has(stream: OwnedStream, id: string): boolean {
    for (let i = this.#head; i < this.#items.length; i += 1) {
      const item = this.#items[i];
      if (item?.stream === stream && item.id === id) return true;
    }
    return false;
  }

  /** Those of a stream that wait. */
  of(stream: OwnedStream): readonly ReadItem[] {
    return this.#items.slice(this.#head).filter((item) => item.stream === stream);
  }

  /** Takes out everything of streams that are to be left, in order. */
  take(isLeft: (stream: OwnedStream) => boolean): readonly ReadItem[] {
    const taken: ReadItem[] = [];
    const kept: ReadItem[] = [];
    for (let i = this.#head; i < this.#items.length; i += 1) {
      const item = this.#items[i] as ReadItem;
      (isLeft(item.stream) ? taken : kept).push(item);
    }
    this.#items = kept;
    this.#head = 0;
    return taken;
  }
}
