import type { Ticker } from '@tradewind/core-types';
import type { Desk } from './desk.ts';

/** What the monitor saw. Depends on the machine: it belongs to the performance figures. */
export interface SpreadMonitorCounts {
  /** Tickers that it came to. */
  readonly handled: number;
  /** The widest spread that it saw, in basis points. */
  readonly widestBps: number;
}

/**
 * A consumer that is slower than the market on purpose: each ticker takes it {@link WORK_MS} milliseconds.
 *
 * It asks for the newest ticker of each instrument only (`conflateBy: 'topic'`), so it is always up to date and never in the way:
 * what it could not come to was superseded, and is counted as such.
 */
export class SpreadMonitor {
  #handled = 0;
  #widestBps = 0;

  constructor({ bus, clock, deliveries }: Desk, speed: number) {
    const workMs = Math.min(WORK_MS / speed, LONGEST_WORK_MS);
    const count = deliveries.open({ subscriber: 'spread monitor', kinds: ['ticker'], conflating: true });
    bus.subscribe(
      'data.tickers.+.+',
      async (ticker, meta) => {
        count(ticker, meta);
        await new Promise<void>((resolve) => {
          if (workMs < 1) clock.nextTurn(resolve);
          else clock.setTimer(resolve, workMs);
        });
        this.#look(ticker);
      },
      { conflateBy: 'topic', concurrency: 4 },
    );
  }

  get counts(): SpreadMonitorCounts {
    return { handled: this.#handled, widestBps: Math.round(this.#widestBps * 100) / 100 };
  }

  #look({ bidPrice, askPrice }: Ticker): void {
    this.#handled += 1;
    if (bidPrice === undefined || askPrice === undefined) return;
    const bid = Number(bidPrice);
    const ask = Number(askPrice);
    const bps = ((ask - bid) / ((ask + bid) / 2)) * BPS;
    if (Number.isFinite(bps) && bps > this.#widestBps) this.#widestBps = bps;
  }
}

/** How long one ticker takes, in milliseconds of market time. */
const WORK_MS = 20;
/** In real milliseconds: in slow motion one ticker does not take seconds. */
const LONGEST_WORK_MS = 40;
const BPS = 10_000;
