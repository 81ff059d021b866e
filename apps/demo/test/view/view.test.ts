import { describe, expect, test } from 'vitest';
import type { DecimalText, InstrumentId, TimestampNs } from '@tradewind/core-types';
import { EVENT_KINDS } from '../../src/events.ts';
import type { AssetBook } from '../../src/subscribers/top-of-book.ts';
import { alignPoints, formatClock, formatCount, formatLongTime, formatMs, gauge } from '../../src/view/format.ts';
import { renderFrame } from '../../src/view/frame.ts';
import { plainLine } from '../../src/view/plain-line.ts';
import type { LaneState, ScreenState } from '../../src/view/screen-state.ts';
import { renderLine } from '../../src/view/styled-text.ts';
import { renderTable } from '../../src/view/table.ts';
import { TerminalScreen } from '../../src/view/terminal-screen.ts';

const ESCAPE = '\u001b';

function lane(name: LaneState['name'], some: Partial<LaneState> = {}): LaneState {
  return {
    name,
    depth: 0,
    capacity: 65_536,
    accepted: 1_234_567,
    acceptedPerSecond: 4_321,
    superseded: 12,
    lost: 0,
    waitP50Ms: 0.045,
    waitP99Ms: 1.24,
    ...some,
  };
}

function book(asset: string, venues: readonly string[]): AssetBook {
  return {
    asset,
    best: {
      bid: '64258.4' as DecimalText,
      bidVenue: venues[0] ?? '',
      ask: '64259.9' as DecimalText,
      askVenue: venues.at(-1) ?? '',
    },
    venues: venues.map((venue, index) => ({
      instrumentId: `BTC.${venue}` as InstrumentId,
      bid: ['64258.4' as DecimalText, '0.1107' as DecimalText],
      ask: index === 1 ? undefined : ['64260' as DecimalText, '12' as DecimalText],
      asOfNs: 1n as TimestampNs,
      source: 'quote',
      listing: {
        instrumentId: `BTC.${venue}` as InstrumentId,
        venue,
        symbol: 'BTC',
        base: 'BTC',
        quote: 'USDT',
        kind: 'spot',
      },
    })),
  };
}

function state(some: Partial<ScreenState> = {}): ScreenState {
  return {
    source: '5 simulated venues · seed 42',
    caution: undefined,
    marketMicros: 7_250_000,
    endMicros: 20_000_000,
    speed: 1,
    lagMs: 0.4,
    draining: false,
    inPerSecond: 4_213,
    outPerSecond: 21_004,
    published: 30_000,
    delivered: 150_000,
    byKind: Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 7])) as ScreenState['byKind'],
    busyWorkers: 3,
    workers: 50,
    memoryBytes: 100 * 2 ** 20,
    lanes: [
      lane('CRITICAL'),
      lane('HIGH', { depth: 60_000 }),
      lane('NORMAL'),
      lane('LOW', { waitP50Ms: undefined, waitP99Ms: undefined }),
    ],
    books: [book('BTC/USDT spot', ['ASTER', 'BOREAL', 'CEDAR']), book('ETH/USDT spot', ['ASTER', 'BOREAL'])],
    orders: { sent: 12, passed: 10, denied: 2, fills: 9 },
    arbitrage: [],
    learning: undefined,
    log: [{ atMicros: 7_000_000, kind: 'fill', text: 'bought 0.5 BTCUSDT.ASTER at 64258.4' }],
    ...some,
  };
}

function screen(some: Partial<ScreenState>, width: number, height: number): readonly string[] {
  return renderFrame(state(some), { width, height }).map((line) => renderLine(line, { width, color: false }));
}

const LEARNING: NonNullable<ScreenState['learning']> = {
  against: '--static',
  market: { regime: 'VOLATILE', confidence: 0.914, newsEvent: true, session: 'main' },
  gain: { saved: 0.0312, low: 0.0104, high: 0.052, windows: 96 },
  policies: [
    { waiting: 'fewer than 8', policy: 'strict', gain: 0, t: 0, windows: 50 },
    { waiting: '8 to 63', policy: 'index', gain: 0.04, t: 2.6, windows: 46 },
  ],
  alternatives: [
    { waiting: 'fewer than 8', policy: 'index', gain: 0.012, t: 1.3 },
    { waiting: '8 to 63', policy: 'strict', gain: -0.04, t: -2.6 },
  ],
  corrections: [{ topic: 'data.bars.x', declared: 'NORMAL', lane: 'HIGH' }],
  changes: 1,
  reversals: 0,
};

describe('a frame', () => {
  test('shows source, time, rates, lanes with units, the touch of each venue, and what happened last', () => {
    expect(screen({}, 112, 40)).toMatchSnapshot();
  });

  test.each([
    [112, 40],
    [100, 30],
    [80, 24],
    [60, 20],
    [40, 12],
    [24, 6],
  ])('fits a terminal of %i by %i: no line wraps, none is too many', (width, height) => {
    const lines = screen(
      { books: Array.from({ length: 30 }, (_, index) => book(`ASSET${index}`, ['ASTER', 'BOREAL'])) },
      width,
      height,
    );
    expect(lines.length).toBeLessThanOrEqual(height);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines.join('\n')).toContain('CRITICAL');
    expect(lines[0]).toContain('00:07.2');
  });

  test('shows the market, the policies in force and why, and what they have saved with its interval', () => {
    const text = screen({ learning: LEARNING }, 160, 40).join('\n');
    expect(text).toContain('market VOLATILE 91 % NEWS');
    expect(text).toContain('learned strict (fewer than 8), index (8 to 63)  saves 3.1 % (1.0 to 5.2) over --static');
    expect(text).toContain('index 4.0 % at 2.6 standard errors');
    const early = { ...LEARNING, market: null, gain: { ...LEARNING.gain, low: null, high: null } };
    expect(screen({ learning: early }, 160, 40).join('\n')).toContain('(too early to say how sure)');
    const wide = { ...LEARNING, gain: { ...LEARNING.gain, saved: -13, low: -26, high: 0.2 } };
    expect(plainLine(state({ learning: wide }))).toContain('too early to say what it saves over --static');
    expect(screen({ learning: wide }, 160, 40).join('\n')).not.toContain('-1300');
    const none = { ...LEARNING, policies: LEARNING.policies.slice(0, 1) };
    expect(screen({ learning: none }, 160, 40).join('\n')).toContain(
      'the best other in 50 windows, index, 1.2 % at 1.3 standard errors',
    );
    expect(screen({}, 160, 40).join('\n')).not.toContain('learned');
    expect(plainLine(state({ learning: LEARNING }))).toContain(
      'market VOLATILE 91 % NEWS  learned strict (fewer than 8), index (8 to 63) saves 3.1 % (1.0 to 5.2) over --static',
    );
    expect(plainLine(state())).not.toContain('learned');
  });

  test('shows opportunities with size, net profit, chance of survival and outcome, where there is room', () => {
    const found = { id: 'demo#1', atMicros: 7_000_000, asset: 'BTC', buyAt: 'ASTER', sellAt: 'BOREAL', size: '0.108' };
    const rows = [{ ...found, netProfit: '0.12929', survivalPercent: 69, outcome: 'executed' as const }];
    const text = screen({ arbitrage: rows }, 112, 50).join('\n');
    expect(text).toMatch(/ARBITRAGE +AT +BUY AT +SELL AT +SIZE +NET PROFIT +SURVIVAL +OUTCOME/);
    expect(text).toMatch(/BTC +00:07\.\d+ +ASTER +BOREAL +0\.108 +0\.1292 +69 % +executed/);
    expect(plainLine(state({ arbitrage: rows }))).toContain(
      'arbitrage 0.108 BTC ASTER>BOREAL net 0.12929 survival 69 % executed',
    );
    expect(screen({ arbitrage: rows }, 80, 24).join('\n')).not.toContain('OUTCOME');
  });

  test('says how many rows there was no room for', () => {
    const books = Array.from({ length: 30 }, (_, index) => book(`ASSET${index}`, ['ASTER']));
    expect(screen({ books }, 100, 30).join('\n')).toMatch(/and \d+ more/);
  });

  test('says what has to be known about the data, and that it is draining', () => {
    const text = screen({ caution: 'RE-TIMED: prices of different times', draining: true }, 112, 40).join('\n');
    expect(text).toContain('RE-TIMED');
    expect(text).toContain('draining');
  });

  test('has no escape codes without color, and resets every style with it', () => {
    const frame = renderFrame(state(), { width: 112, height: 40 });
    expect(frame.map((line) => renderLine(line, { width: 112, color: false })).join('\n')).not.toContain(ESCAPE);
    for (const line of frame.map((styled) => renderLine(styled, { width: 112, color: true }))) {
      expect(line.split(`${ESCAPE}[`).length % 2).toBe(1);
    }
  });
});

describe('the terminal screen', () => {
  test('opens the alternate screen once, redraws in place without clearing, and leaves the terminal as it was', () => {
    const written: string[] = [];
    const terminal = new TerminalScreen({ columns: 30, rows: 5, write: (text) => written.push(text) }, false);
    terminal.draw([[{ text: 'one', style: 'plain' }], [{ text: 'x'.repeat(50), style: 'plain' }]]);
    terminal.draw([[{ text: 'two', style: 'plain' }]]);
    terminal.close();
    terminal.close();
    expect(written).toHaveLength(3);
    expect(written[0]).toContain(`${ESCAPE}[?1049h`);
    expect(written[1]).not.toContain(`${ESCAPE}[?1049h`);
    // Home, then each line with "erase to its end", then "erase below": nothing is ever blanked first, so nothing flickers.
    expect(written[1]).toContain(`${ESCAPE}[Htwo${ESCAPE}[K${ESCAPE}[J`);
    expect(written.join('')).not.toContain(`${ESCAPE}[2J`);
    expect(written[0]).toContain(`${'x'.repeat(28)}…`);
    expect(written[2]).toBe(`${ESCAPE}[?25h${ESCAPE}[?1049l`);
  });
});

describe('a plain line', () => {
  test('names every figure and its unit, without escape codes', () => {
    expect(plainLine(state())).toMatchInlineSnapshot(
      `"00:07.2  in   4,213 msg/s  out   21,004 /s  waiting C/H/N/L 0/60,000/0/0  p99 1.24 ms / 1.24 ms / 1.24 ms / –  workers 3/50  orders 12 (2 denied, 9 fills)  lost 0  lag 400 µs"`,
    );
    expect(plainLine(state())).not.toContain(ESCAPE);
  });
});

describe('a table', () => {
  const columns = [
    { header: 'NAME', align: 'left', rank: 0 },
    { header: 'SIZE', align: 'right', rank: 1 },
    { header: 'REMARK', align: 'left', rank: 2 },
  ] as const;
  const rows = [
    ['a', '1', 'first'],
    ['long name', '22', 'second'],
  ];
  const text = (width: number): readonly string[] =>
    renderTable({ columns, rows, width }).map((line) => renderLine(line, { width, color: false }));

  test('aligns its columns', () => {
    expect(text(80)).toEqual(['  NAME       SIZE  REMARK', '  a             1  first', '  long name    22  second']);
  });

  test('leaves out the least important columns where there is no room', () => {
    expect(text(20)).toEqual(['  NAME       SIZE', '  a             1', '  long name    22']);
    expect(text(12)).toEqual(['  NAME', '  a', '  long name']);
  });
});

describe('figures', () => {
  test('counts have their thousands apart', () => {
    expect([0, 999, 1000, 1234567, -1234].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567', '-1,234']);
  });

  test('times have the unit that fits them', () => {
    expect([undefined, 0.0451, 1.239, 45.678, 1234, 12_345].map(formatMs)).toEqual([
      '–',
      '45 µs',
      '1.24 ms',
      '45.7 ms',
      '1,234 ms',
      '12.3 s',
    ]);
    expect([0, 7_250_000, 3_661_900_000].map(formatClock)).toEqual(['00:00.0', '00:07.2', '01:01:01.9']);
    expect([5e6, 200e6, 187_200e6, 0].map(formatLongTime)).toEqual(['5 s', '3 min 20 s', '2 d 4 h', '0 s']);
  });

  test('decimal points stand below each other, digits unchanged', () => {
    const aligned = alignPoints(['64258.4', '64260', '0.00001', '–']);
    expect(aligned.map((text) => text.trimEnd())).toEqual(['64258.4', '64260', '0.00001', '–']);
    const fractionWidths = aligned.map((text) => text.length - (text.trimEnd().split('.')[0] ?? '').length);
    expect(new Set(fractionWidths)).toEqual(new Set([6]));
  });

  test('a gauge shows a cell as soon as there is something', () => {
    expect([0, 0.001, 0.5, 1, 7].map(gauge)).toEqual([
      '░░░░░░░░░░',
      '█░░░░░░░░░',
      '█████░░░░░',
      '██████████',
      '██████████',
    ]);
  });

  test('names from a recording cannot move the cursor', () => {
    expect(renderLine([{ text: `a${ESCAPE}[2Jb\n\u4e2d`, style: 'plain' }], { width: 40, color: false })).toBe(
      'a·[2Jb··',
    );
  });
});
