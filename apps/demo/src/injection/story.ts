/** What happens in a drill. */
export type Chapter = 'fault' | 'pending' | 'firing' | 'notified' | 'remedy' | 'healed' | 'resolved';

/** What must have happened before. */
const BEFORE: Readonly<Record<Chapter, readonly Chapter[]>> = {
  fault: [],
  pending: ['fault'],
  firing: ['pending'],
  notified: ['firing'],
  remedy: ['notified'],
  healed: ['remedy'],
  resolved: ['firing', 'remedy'],
};
const CHAPTERS = Object.keys(BEFORE) as readonly Chapter[];

/** What happened when. Each chapter counts once, the first time. */
export class Story {
  /** When each chapter happened, in milliseconds since the epoch. */
  readonly #times = new Map<Chapter, number>();
  readonly #onLine: (text: string) => void;
  #faultAtMs = 0;

  /** @param onLine - Told of each line as it becomes known. */
  constructor(onLine: (text: string) => void) {
    this.#onLine = onLine;
  }

  /** Notes a chapter, unless it is known. */
  tell(chapter: Chapter, atMs: number, text: string): void {
    if (this.#times.has(chapter)) return;
    if (chapter === 'fault') this.#faultAtMs = atMs;
    this.#times.set(chapter, atMs);
    const seconds = ((atMs - this.#faultAtMs) / MS_PER_SECOND).toFixed(1).padStart(6);
    this.#onLine(`${seconds} s  ${chapter.padEnd(9)} ${text}`);
  }

  has(chapter: Chapter): boolean {
    return this.#times.has(chapter);
  }

  /** Whether everything has happened, whatever the order. */
  get isTold(): boolean {
    return CHAPTERS.every((chapter) => this.#times.has(chapter));
  }

  /** What did not happen, or before what leads to it. */
  problems(): readonly string[] {
    return CHAPTERS.flatMap((chapter) => {
      const atMs = this.#times.get(chapter);
      if (atMs === undefined) return [`"${chapter}" did not happen`];
      const late = BEFORE[chapter].filter((before) => (this.#times.get(before) ?? 0) > atMs);
      return late.map((before) => `"${chapter}" came before "${before}"`);
    });
  }
}

const MS_PER_SECOND = 1_000;
