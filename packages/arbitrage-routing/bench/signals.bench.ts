// Microseconds of CPU time an event: node --expose-gc --conditions=@tradewind/source bench/signals.bench.ts
//
// Ten perpetual contracts and a dated one wander together, a simulated quote every millisecond, every hundredth event a funding rate; each kind of
// signal alone, with its defaults, then all four. One warm-up of the same length goes before.
import { SignalDetector, type NormalizedEvent, type SignalDetectorOptions } from '../src/index.ts';

const EVENTS = 20_000;
const NS_PER_MS = 1_000_000n;
const START_NS = 1_767_225_600_000_000_000n;
const VENUES = 10;

const keys = Array.from({ length: VENUES }, (_, i) => `V${i}:BTC`);
const perpetuals = keys.map((key) => ({ ...rowOf(key), kind: 'perp' as const }));
const dated = {
  ...rowOf('V0:BTC-DATED'),
  kind: 'future' as const,
  expiryMs: Number(START_NS / NS_PER_MS) + 7_776_000_000,
};
const common: SignalDetectorOptions = { instruments: [...perpetuals, dated] };
const group = (instruments: readonly string[]) => [{ name: 'BTC', instruments }];
const kinds: Readonly<Record<string, Partial<SignalDetectorOptions>>> = {
  'lead and lag, 9 pairs, 33 lags': { latency: { pairs: keys.slice(1).map((key) => ['V0:BTC', key] as const) } },
  'cointegration, 9 pairs': { statistical: { pairs: keys.slice(1).map((key) => ({ y: 'V0:BTC', x: key })) } },
  'funding, 90 pairs': { funding: { groups: group(keys) } },
  'calendar, 20 pairs': { calendar: { groups: group([...keys, 'V0:BTC-DATED']) } },
};

const events = makeEvents();
console.log(`Node ${process.version}, ${EVENTS} events`);
for (const [name, options] of [
  ...Object.entries(kinds),
  ['all four', Object.assign({}, ...Object.values(kinds))] as const,
]) {
  run(options);
  const { microseconds, opened } = run(options);
  console.log(`${name.padEnd(32)} ${microseconds.toFixed(2).padStart(8)} µs an event, ${opened} opened`);
}

function run(options: Partial<SignalDetectorOptions>) {
  const detector = new SignalDetector({ ...common, ...options });
  globalThis.gc?.();
  const before = process.cpuUsage();
  for (const event of events) detector.apply(event);
  const { user, system } = process.cpuUsage(before);
  return { microseconds: (user + system) / EVENTS, opened: detector.counts().opened };
}

function rowOf(key: string) {
  const [venue = '', symbol = ''] = key.split(':');
  return { venue, symbol, base: 'BTC', quote: 'USDT', tickSize: '0.1', lotSize: '0.001', takerFeePpm: 100 };
}

/** Reproducible: a linear congruential generator (Numerical Recipes). */
function makeEvents(): readonly NormalizedEvent[] {
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  let middle = 880_000;
  return Array.from({ length: EVENTS }, (_, i): NormalizedEvent => {
    middle += Math.floor(next() * 21) - 10;
    const { venue, symbol } = i % 11 === 10 ? dated : (perpetuals[Math.floor(next() * VENUES)] ?? dated);
    const header = { venue, symbol, tsRecv: START_NS + BigInt(i) * NS_PER_MS };
    if (i % 100 === 0)
      return { ...header, type: 'funding', rate: `0.000${Math.floor(next() * 9)}`, intervalMinutes: 480 };
    const bid = middle + Math.floor(next() * 5) - 2;
    return { ...header, type: 'quote', bid: tenths(bid), bidSize: '1.5', ask: tenths(bid + 1), askSize: '2' };
  });
}

function tenths(price: number): string {
  return `${Math.floor(price / 10)}.${price % 10}`;
}
