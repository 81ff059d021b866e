import { createQuoteBatch, type QuoteBatch } from '../src/detection/quote-batch.ts';
import type { InstrumentRow } from '../src/market/instrument-row.ts';

/** A market of `venues` venues with 1,000 instruments each, and a stream of quotes of it. */
export interface QuoteStream {
  readonly rows: readonly InstrumentRow[];
  /** Row `i` of the batch is of `rows[rowOf[i]]`; its slot is for the contender to fill in. */
  readonly rowOf: Int32Array;
  readonly batch: QuoteBatch;
  /** By how much the origin moves when the stream is played again. */
  readonly spanNs: bigint;
}

const INSTRUMENTS = 1000;
export const FEE_PPM = 500;
const TICK = 0.01;
const STEP_NS = 1000;

/** `quotes` quotes at random instruments: a common price that wanders by a tick at a time, and in one of 20,000 a quote that crosses the others. */
export function makeStream(venues: number, quotes: number): QuoteStream {
  const random = randomIntegers(venues);
  const rows = Array.from({ length: INSTRUMENTS * venues }, (_, i): InstrumentRow => {
    const symbol = `S${Math.floor(i / venues)}USDT`;
    const shared = {
      quote: 'USDT',
      kind: 'spot',
      tickSize: String(TICK),
      lotSize: '0.001',
      takerFeePpm: FEE_PPM,
    } as const;
    return { venue: `V${i % venues}`, symbol, base: symbol.slice(0, -4), ...shared };
  });
  const prices = Int32Array.from({ length: INSTRUMENTS }, () => 100_000 + random(900_000));
  const batch = createQuoteBatch(quotes, START_NS);
  const rowOf = new Int32Array(quotes);
  for (let i = 0; i < quotes; i += 1) {
    const row = random(rows.length);
    const instrument = Math.floor(row / venues);
    const price = (prices[instrument] ?? 0) + random(3) - 1;
    prices[instrument] = price;
    // Ticks of noise up to 0.01 % of the price, a spread of about as much, and the rare crossing of 0.2 %.
    const noise = random(Math.floor(price / 10_000) * 2 + 1) - Math.floor(price / 10_000);
    const bid = price + noise + (random(CROSSING_ONE_IN) === 0 ? Math.floor(price / 500) : 0);
    rowOf[i] = row;
    batch.receivedNs[i] = i * STEP_NS;
    batch.bidTicks[i] = bid;
    batch.bidLots[i] = 1 + random(5000);
    batch.askTicks[i] = bid + 1 + Math.floor(price / 10_000);
    batch.askLots[i] = 1 + random(5000);
  }
  return { rows, rowOf, batch, spanNs: BigInt(quotes * STEP_NS) };
}

/** A repeatable sequence of integers from 0 to below `bound` (xorshift32, Marsaglia 2003). */
function randomIntegers(seed: number): (bound: number) => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const START_NS = 1_723_161_254_000_000_000n;
const CROSSING_ONE_IN = 20_000;
