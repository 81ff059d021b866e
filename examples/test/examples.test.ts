import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** What each example prints, line by line: an example that says something else than its comments promise fails here. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  '01-first-message.ts': ['data.trades.BINANCE.BTCUSDT: 0.5 at 64250.10', 'published 2, delivered 1'],
  '02-patterns.ts': [
    'data.quotes.BINANCE.*      data.quotes.BINANCE.BTCUSDT',
    'data.quotes.+.BTCUSDT      data.quotes.BINANCE.BTCUSDT',
    'data.*.BTCUSDT             data.quotes.BINANCE.BTCUSDT data.trades.BINANCE.BTCUSDT',
    'data.quotes.OKX.BTC?????   data.quotes.OKX.BTC-USDT',
    '*                          data.quotes.BINANCE.BTCUSDT data.quotes.OKX.BTC-USDT data.trades.BINANCE.BTCUSDT',
  ],
  '03-priorities-and-overflow.ts': [
    'third accepted: false',
    'lane 0: commands.risk.halt stop trading',
    'lane 2: events.order.momentum first',
    'lane 2: events.order.momentum second',
    'lane 2: events.order.momentum third, patiently',
    'lane 3: data.quotes.KRAKEN.ETHUSD new',
    'lane 3: data.quotes.KRAKEN.XBTUSD only',
    'left behind: 0 0 0 0, unsettled 0',
  ],
  '04-request-response.ts': [
    '500 allowed: true, 50,000 allowed: false',
    'DataEngine.request: REQUEST_TIMEOUT',
    'Nobody.here: UNKNOWN_ENDPOINT',
  ],
  '05-routing-plugin.ts': [
    'lane 1: data.quotes.OKX.ETHUSDT 3000/3006',
    'lane 2: data.quotes.OKX.BTCUSDT 64250/64251',
    'why: wide-spread-first: spread over 5 bp: lifted to HIGH',
  ],
  '06-opentelemetry-trace.ts': [
    'handled 64250.10',
    'publish data.trades.BITSTAMP.BTCUSD -> handle data.trades.BITSTAMP.BTCUSD',
    'same trace: true',
    'parent is the publisher: true',
  ],
  '07-two-processes.ts': [
    'order 1 filled at 64250.10 by the venue',
    'order 2 filled at 64250.20 by the venue',
    'order 3 filled at 64250.30 by the venue',
    'unsettled: 0',
  ],
  '08-benchmark-a-plugin.ts': [
    'plain: # ns of CPU time a message, measured',
    'wide-spread-first: # ns of CPU time a message, measured',
    'wide-spread-first at #/s in bursts: # of # messages, no problems, P# # µs',
  ],
  '09-add-a-venue.ts': [
    'BUY 0.5 BTC-USDT at OKX, limit 60000',
    'SELL 0.5 XBT/USDT at KRAKEN, limit 60300',
    'executed: net 41.61 USDT as detected',
    'OKX: 0.5 BTC, -30030 USDT',
    'KRAKEN: -0.5 BTC, 30071.61 USDT',
  ],
  '10-replay-opportunities.ts': [
    '00:00:00.150 open   F|BINANCE:BTCUSDT>BINANCE:BTCUSDT-PERP profit 470.48625 USDT, 4276 ppm',
    '00:00:00.210 open   P|BTC|BINANCE:BTCUSDT>OKX:BTC-USDT profit 112.6996 USDT, 1599 ppm',
    '00:00:00.260 close  P|BTC|BINANCE:BTCUSDT>OKX:BTC-USDT',
    '00:00:00.260 update F|BINANCE:BTCUSDT>BINANCE:BTCUSDT-PERP profit 470.20125 USDT, 4262 ppm',
    '00:00:00.300 close  F|BINANCE:BTCUSDT>BINANCE:BTCUSDT-PERP',
    '7 events, 1 malformed',
  ],
  '11-arbitrage-routing-rule.ts': [
    'lane 0: more than ten times the threshold, net 50.01',
    'lane 1: likely, net 6',
    'lane 2: a cycle, net 6',
    'lane 3: small, net 6',
    'why: rule: opportunity',
    'why: rule: cycles',
    'why: rule: likely to survive',
    'why: rule: profit above 10x',
    'why: the opportunity has expired',
  ],
  '12-facet-lexicon.ts': [
    'dogwifhat perp prints on zeta markets: data.trades.ZETA.WIFUSDT',
    'exposure of delta one: risk.delta1.exposure',
    'best bid offer xbt/usd: data.quotes.KRAKEN.XBT/USD',
    '0 cable',
    '1 data.quotes.LMAX.GBP/USD',
    'ORDERS_ARE_EXACT',
  ],
  '13-learn-on-your-own-traffic.ts': [
    'start: empty',
    'it saved something: true',
    'other than strict priority: true',
    'after a restart: restored',
  ],
  '14-write-a-reward.ts': [
    'reward: 1 latency + 50 no-rejects',
    'always the sure one gains 4.2 a message, 3.4 to 5.1',
    'beyond chance: true',
  ],
  '15-monitor-a-bus.ts': [
    'tradewind_deliveries_handled_total{bus="desk",lane="NORMAL",direction="local"} 1000',
    'the dashboard answers: 200',
    'health: up',
  ],
  '16-own-metric-and-alert.ts': [
    'DeskExposureHigh: tradewind_desk_exposure_usdt > 100000',
    'firing: momentum is exposed with 250k USDT.',
    'resolved: momentum is exposed with 250k USDT.',
  ],
};

/** The figures of this one are different each time: any number is written as `#`. */
const BENCHMARK = '08-benchmark-a-plugin.ts';

const examples = readdirSync(folder).filter((name) => /^\d\d-.*\.ts$/.test(name));

test('every example is expected to print something', () => {
  expect(examples).toEqual(Object.keys(EXPECTED));
});

test.each(examples)('%s prints what it promises', async (name) => {
  const { stdout, stderr } = await run(process.execPath, ['--conditions=@tradewind/source', name], {
    cwd: folder,
    timeout: 30_000,
  });
  expect(stderr).toBe('');
  const printed = name === BENCHMARK ? stdout.replaceAll(/\d+(?:\.\d+)?/g, '#') : stdout;
  expect(printed.trimEnd().split('\n')).toEqual(EXPECTED[name]);
});

test('the program in the README prints what the README shows', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, program = '', printed = ''] = /```ts\n([^]*?)```\n\n```\n([^]*?)```/.exec(readme) ?? [];
  expect(program).toContain('@tradewind/core');
  // Beside the examples, so that the packages are found as a user's program finds them.
  const file = `${folder}readme-program.generated.ts`;
  writeFileSync(file, program);
  try {
    const { stdout } = await run(process.execPath, ['--conditions=@tradewind/source', file], {
      cwd: folder,
      timeout: 30_000,
    });
    expect(stdout).toBe(printed);
  } finally {
    rmSync(file);
  }
});
