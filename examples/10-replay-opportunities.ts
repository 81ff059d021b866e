// How do I replay a file of market data and see the opportunities in it?
//
// node 10-replay-opportunities.ts [FILE]: a normalized event a line, see NormalizedEvent. The one beside this program is made up.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  ArbitrageDetector,
  SignalDetector,
  type InstrumentRow,
  type NormalizedEvent,
} from '@tradewind/arbitrage-routing';

const file = process.argv[2] ?? new URL('10-replay-opportunities.jsonl', import.meta.url);

const common = { base: 'BTC', quote: 'USDT', tickSize: '1', lotSize: '0.001', takerFeePpm: 500 } as const;
const instruments: readonly InstrumentRow[] = [
  { ...common, venue: 'BINANCE', symbol: 'BTCUSDT', kind: 'spot' },
  { ...common, venue: 'OKX', symbol: 'BTC-USDT', kind: 'spot' },
  { ...common, venue: 'BINANCE', symbol: 'BTCUSDT-PERP', kind: 'perp' },
];
const group = (...keys: string[]) => ({ name: 'BTC', instruments: keys });

// What is certain while it lasts, and what is expected to pay: two detectors over the same events.
const certain = new ArbitrageDetector({ instruments, groups: [group('BINANCE:BTCUSDT', 'OKX:BTC-USDT')] });
const expected = new SignalDetector({
  instruments,
  funding: { groups: [group('BINANCE:BTCUSDT', 'BINANCE:BTCUSDT-PERP')], holdHours: 24 },
});

for await (const line of createInterface({ input: createReadStream(file) })) {
  const event = JSON.parse(line) as NormalizedEvent;
  const time = new Date(Number(BigInt(event.tsRecv) / 1_000_000n)).toISOString().slice(11, 23);
  for (const each of [...certain.apply(event), ...expected.apply(event)]) {
    const figures = each.op === 'close' ? '' : ` profit ${each.profit} USDT, ${each.edgePpm} ppm`;
    console.log(`${time} ${each.op.padEnd(6)} ${each.id}${figures}`);
  }
}
const { events, rejections } = certain.counts();
console.log(`${events} events, ${rejections.MALFORMED} malformed`);
