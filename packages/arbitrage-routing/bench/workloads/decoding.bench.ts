import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { randomIntegers } from '../../../../tooling/bench/random.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';
import { BinanceJson } from '../../src/decoding/binance-json.ts';
import { InstrumentGrids } from '../../src/decoding/instrument-grids.ts';
import { QuoteFeed } from '../../src/decoding/quote-feed.ts';
import { WireDecoder } from '../../src/decoding/wire-decoder.ts';
import { WireUpdate } from '../../src/decoding/wire-update.ts';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import { makeStream, optionsFor } from '../fixtures/quote-stream.ts';

const MESSAGES = 2 ** 16;
const COUNT = 2_000_000;
const VENUE = 'V0';

/** Messages as Binance's futures send them, for 100 instruments of one venue, and a detector that knows them. */
function prepare(): { readonly messages: readonly Buffer[]; readonly detector: ArbitrageDetector } {
  const { rows } = makeStream({ venues: 2, instruments: 100, quotes: 0 });
  const random = randomIntegers(17);
  const symbols = rows.filter(({ venue }) => venue === VENUE).map(({ symbol }) => symbol);
  const messages = Array.from({ length: MESSAGES }, (_, i) => {
    const symbol = symbols[random(symbols.length)] ?? '';
    const bid = 6_000_000 + random(100_000);
    const [b, a] = [(bid / 100).toFixed(2), ((bid + 1) / 100).toFixed(2)];
    const [B, A] = [(1 + random(90_000)) / 1000, (1 + random(90_000)) / 1000].map((size) => size.toFixed(3));
    const time = 1_723_161_256_313 + i;
    const data = { e: 'bookTicker', u: 5_123_107_839_020 + i, s: symbol, b, B, a, A, T: time, E: time };
    return Buffer.from(JSON.stringify({ stream: `${symbol.toLowerCase()}@bookTicker`, data }));
  });
  return { messages, detector: new ArbitrageDetector(optionsFor(rows)) };
}

const bytes: Contender = (scale) => {
  const { messages, detector } = prepare();
  const decoder = new WireDecoder({ directory: detector, venue: VENUE });
  const metrics = measureCpu(scale.count(COUNT), (count) => {
    for (let i = 0; i < count; i += 1) decoder.decode(messages[i % MESSAGES] as Buffer);
  });
  expectCount('messages that had to be parsed', decoder.counts().parsed, 0);
  return metrics;
};

const intoDetector: Contender = (scale) => {
  const { messages, detector } = prepare();
  const feed = new QuoteFeed({ detector, venue: VENUE });
  let receivedNs = 0;
  feed.begin(1_723_161_254_000_000_000n);
  return measureCpu(scale.count(COUNT), (count) => {
    for (let i = 0; i < count; i += 1) feed.push(messages[i % MESSAGES] as Buffer, (receivedNs += 1000));
    feed.flush();
  });
};

const parsedExactly: Contender = (scale) => {
  const { messages, detector } = prepare();
  const update = new WireUpdate();
  const json = new BinanceJson({ directory: detector, venue: VENUE, grids: new InstrumentGrids(detector), update });
  return measureCpu(scale.count(COUNT / 10), (count) => {
    for (let i = 0; i < count; i += 1) json.read(messages[i % MESSAGES] as Buffer);
  });
};

/** What is written first: prices as floats, of which no ticks can be counted. */
const parsedToFloats: Contender = (scale) => {
  const { messages } = prepare();
  let sum = 0;
  return measureCpu(scale.count(COUNT / 4), (count) => {
    for (let i = 0; i < count; i += 1) {
      const { data } = JSON.parse((messages[i % MESSAGES] as Buffer).toString()) as {
        readonly data: Readonly<Record<'b' | 'B' | 'a' | 'A', string>>;
      };
      sum += Number(data.b) + Number(data.B) + Number(data.a) + Number(data.A);
    }
    if (!(sum > 0)) throw new Error(`Expected a sum of prices and sizes, got ${sum}.`);
  });
};

export const workloads: readonly Workload[] = [
  {
    name: 'decoding',
    title: 'Raw messages',
    work:
      'Binance futures book tickers of 180 bytes, each a buffer of its own: into ticks and lots by their bytes, the same and on into a detector, by ' +
      'JSON.parse into ticks and lots, and by JSON.parse into floats.',
    contenders: {
      bytes,
      'bytes into a detector': intoDetector,
      'JSON.parse, exact': parsedExactly,
      'JSON.parse, floats': parsedToFloats,
    },
    // A million messages a second on a core.
    targets: [{ metric: 'cpuNsPerOperation', of: 'bytes', atMost: 1000, unit: 'ns' }],
  },
];
