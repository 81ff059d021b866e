import { HdrHistogram } from '../../measuring/histogram.ts';
import { Receipts } from '../../measuring/receipts.ts';
import { intendedUs, type Pace } from './pacing.ts';
import { nowUs } from './shared-clock.ts';
import { SYMBOLS, type Tick } from './ticks.ts';

/** What came after a moment, by `nowUs`. */
export interface Since {
  /** When the first tick came; undefined: none has. */
  readonly firstUs: number | undefined;
  /** When each symbol that had never come before came for the first time: the symbols of a shard that was taken over. */
  readonly newSymbolsUs: readonly number[];
}

/** Latencies of a paced run, in nanoseconds. */
export interface TickLatencies {
  /** From `publish` to the handler. */
  readonly published: HdrHistogram;
  /** From the intended time of sending to the handler: a publisher that is kept waiting shows here. */
  readonly intended: HdrHistogram;
}

const NS_PER_US = 1000;
/** The beginning of a latency run, in which compilers and caches warm up: this share of it, at most so many seconds. */
const WARM_UP_SHARE = 0.1;
const LONGEST_WARM_UP_S = 2;

/** Enters every tick by its number, and when it came. A tick takes 16 bytes. */
export class TickLedger {
  readonly receipts: Receipts;
  /** By the number of the tick; NaN for those that have not come. */
  readonly #arrivalsUs: Float64Array;
  readonly #latenciesUs: Float64Array;
  readonly #firstOfSymbolUs: Float64Array = new Float64Array(SYMBOLS).fill(Number.NaN);
  readonly #expected: number;
  readonly #onComplete: () => void;
  readonly #nowUs: () => number;

  /** @param now Microseconds by the clock of the ticks; a test gives another than the one that processes share. */
  constructor(expected: number, onComplete: () => void, now: () => number = nowUs) {
    this.#expected = expected;
    this.#nowUs = now;
    this.#onComplete = onComplete;
    this.receipts = new Receipts({ messages: expected, streams: SYMBOLS });
    this.#arrivalsUs = new Float64Array(expected).fill(Number.NaN);
    this.#latenciesUs = new Float64Array(expected).fill(Number.NaN);
  }

  /** Takes a list, in the order in which it came. */
  takeAll(ticks: readonly Tick[]): void {
    const atUs = this.#nowUs();
    for (let i = 0; i < ticks.length; i += 1) this.#take(ticks[i] as Tick, atUs);
  }

  take(tick: Tick): void {
    this.#take(tick, this.#nowUs());
  }

  since(momentUs: number): Since {
    const after = (us: number): boolean => us > momentUs;
    let firstUs: number | undefined;
    for (const us of this.#arrivalsUs) if (after(us) && !(us >= (firstUs ?? Infinity))) firstUs = us;
    return { firstUs, newSymbolsUs: [...this.#firstOfSymbolUs.filter(after)] };
  }

  /** Of the ticks that came, without those of the warm-up. */
  latencies(pace: Pick<Pace, 'startUs' | 'perSecond'>): TickLatencies {
    const published = new HdrHistogram();
    const intended = new HdrHistogram();
    const first = Math.floor(Math.min(this.#expected * WARM_UP_SHARE, pace.perSecond * LONGEST_WARM_UP_S));
    for (let n = first; n < this.#expected; n += 1) {
      const atUs = this.#arrivalsUs[n] as number;
      if (Number.isNaN(atUs)) continue;
      published.record((this.#latenciesUs[n] as number) * NS_PER_US);
      intended.record((atUs - intendedUs(n, pace)) * NS_PER_US);
    }
    return { published, intended };
  }

  #take(tick: Tick, atUs: number): void {
    const { n } = tick;
    const before = this.receipts.received;
    this.receipts.record(n, n % SYMBOLS);
    // Repeated and invented ones are counted, and have no latency.
    if (this.receipts.received === before) return;
    this.#arrivalsUs[n] = atUs;
    this.#latenciesUs[n] = atUs - tick.t;
    const symbol = n % SYMBOLS;
    if (Number.isNaN(this.#firstOfSymbolUs[symbol])) this.#firstOfSymbolUs[symbol] = atUs;
    if (this.receipts.received === this.#expected) this.#onComplete();
  }
}
