import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { compose, type ComposeExtras } from '../src/compose.ts';
import { parseOptions } from '../src/options.ts';
import { runDemo } from '../src/run.ts';
import type { DemoReport } from '../src/summary/report.ts';
import { reportText } from '../src/summary/report-text.ts';
import { silentView } from '../src/view/view.ts';
import { dropsOne } from './support/drops-one.ts';
import { fixture, withFiles } from './support/fixtures.ts';

async function reportOf(args: readonly string[], extras: ComposeExtras = {}): Promise<DemoReport> {
  return runDemo(await compose(parseOptions(args), extras), silentView());
}

function business(report: DemoReport): string {
  return JSON.stringify(report.business, null, 1);
}

function quote(venue: string, extra: string): string {
  return `{"type":"quote","venue":"${venue}","symbol":"S","base":"B","quote":"USD","kind":"spot","tsEvent":null,"tsRecv":"1700000000000000000","bid":"1","bidSize":"1","ask":"2","askSize":"1"${extra}}`;
}

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../schema/demo-report.schema.json'), 'utf8'),
) as object;
const isReport = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** What a validator has against a document, after it went through JSON as it does on stdout. */
function faultsOf(report: unknown): unknown {
  return isReport(JSON.parse(JSON.stringify(report))) ? [] : isReport.errors;
}

describe('the business summary', () => {
  test('is the same to the byte for the same seed, at whatever speed', async () => {
    const first = await reportOf(['--seconds', '6', '--seed', '7', '--speed', 'max']);
    expect(business(await reportOf(['--seconds', '6', '--seed', '7', '--speed', 'max']))).toBe(business(first));
    expect(business(await reportOf(['--seconds', '6', '--seed', '7', '--speed', '6']))).toBe(business(first));
    expect(first.accounts.problems).toEqual([]);
    expect(first.business.orders.wanted).toBeGreaterThan(0);
    expect(first.business.positions.length).toBeGreaterThan(0);
  });

  test('is another one for another seed', async () => {
    const [one, other] = [
      await reportOf(['--seconds', '1', '--speed', 'max']),
      await reportOf(['--seconds', '1', '--speed', 'max', '--seed', '1']),
    ];
    expect(business(one)).not.toBe(business(other));
  });

  test('is the same to the byte for the same recording, at whatever speed, and counts every event of it', async () => {
    const folder = fixture('');
    const first = await reportOf(['--replay', folder, '--speed', 'max']);
    expect(business(await reportOf(['--replay', folder, '--speed', '20']))).toBe(business(first));
    expect(first.accounts.problems).toEqual([]);
    expect(first.business.events.byVenue).toMatchObject({
      alpha: { book_deltas: 2, book_snapshot: 1, ticker: 1, trade: 2, order_latency: 2 },
      beta: { funding_rate: 1, order_latency: 1, quote: 2, trade: 1 },
    });
  });

  test('counts every event of several long recordings, which are read piece by piece', async () => {
    const lines = Array.from({ length: 4_000 }, (_, index) =>
      JSON.stringify({
        type: 'order_latency',
        venue: 'v',
        place: `p${index % 7}`,
        op: 'create',
        tsEvent: String(index * 1_000),
        latencyMs: 1,
      }),
    );
    const files = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.jsonl`, lines.join('\n')]));
    await withFiles(files, async (folder) => {
      const report = await reportOf(['--replay', folder, '--speed', 'max']);
      expect(report.business.events.byType).toEqual({ order_latency: 16_000 });
      expect(report.accounts.problems).toEqual([]);
    });
  });

  test('never compares venues whose times were shifted', async () => {
    for (const [extra, best] of [
      ['', { bid: '1', bidVenue: 'v', ask: '2', askVenue: 'v' }],
      [',"retimed":true', null],
    ] as const) {
      await withFiles({ 'a.jsonl': `${quote('v', extra)}\n${quote('w', extra)}\n` }, async (folder) => {
        const report = await reportOf(['--replay', folder, '--speed', 'max']);
        expect(report.business.topOfBook[0]?.best).toEqual(best);
      });
    }
  });

  test('risk: what is over a limit is denied, and every order is passed or denied', async () => {
    const { business: summary } = await reportOf(['--seconds', '30', '--speed', 'max', '--seed', '42']);
    const denied = Object.values(summary.orders.denied).reduce((sum, count) => sum + count, 0);
    expect(denied).toBeGreaterThan(0);
    expect(summary.orders.passed).toBeGreaterThan(0);
    expect(summary.orders.passed + denied).toBe(summary.orders.wanted);
  });
});

describe('learned routing', () => {
  test('is on, judges itself by windows of the traffic that there was, and changes nothing of the business', async () => {
    const args = ['--seconds', '8', '--seed', '7', '--speed', 'max'];
    const learned = await reportOf(args);
    const plain = await reportOf([...args, '--static']);
    expect(learned.learning?.gain.windows).toBeGreaterThan(8);
    expect(learned.learning?.policies.map(({ waiting }) => waiting)).toEqual([
      'fewer than 8',
      '8 to 63',
      '64 and more',
    ]);
    const { saved = Number.NaN, low, high } = learned.learning?.gain ?? {};
    // Handlers take another time in every run, so the figure is not the same either; but nothing in this load can save or cost a quarter, nor is it as uncertain as that.
    expect(Math.abs(saved)).toBeLessThan(0.25);
    expect(low).not.toBeNull();
    expect(high).not.toBeNull();
    const width = Number(high) - Number(low);
    expect(width).toBeLessThan(0.5);
    // What is never anything but strict priority saves nothing over it, whatever its messages cost.
    expect(saved === 0 || (learned.learning?.changes ?? 0) > 0).toBe(true);
    expect((Number(low) + Number(high)) / 2).toBeCloseTo(saved, 9);
    expect(plain.learning).toBeNull();
    expect(business(learned)).toBe(business(plain));
    expect([learned.exitCode, plain.exitCode]).toEqual([0, 0]);
  });

  test('is in the report as text, and so is that it was turned off', async () => {
    const learned = reportText(await reportOf(['--seconds', '1', '--speed', 'max']), { width: 160, color: false });
    expect(learned).toMatch(/LEARNED ROUTING[^]*gain +saves -?\d+\.\d % \([^)]*\) over strict priority/);
    const plain = await reportOf(['--seconds', '1', '--speed', 'max', '--static']);
    expect(reportText(plain, { width: 160, color: false })).toContain('turned off');
    expect(faultsOf(plain)).toEqual([]);
  });
});

describe('the report as a document', () => {
  test('is what its JSON Schema says, for simulated venues and for recordings', async () => {
    expect(faultsOf(await reportOf(['--seconds', '1', '--speed', 'max']))).toEqual([]);
    expect(faultsOf(await reportOf(['--replay', fixture('two-venues-a.jsonl'), '--speed', 'max']))).toEqual([]);
  });

  test('the schema refuses what is no report', async () => {
    const report = await reportOf(['--seconds', '0.2', '--speed', 'max']);
    expect(faultsOf({ ...report, exitCode: 3 })).not.toEqual([]);
    expect(faultsOf({ ...report, surprise: true })).not.toEqual([]);
    expect(faultsOf({ ...report, business: { ...report.business, topOfBook: undefined } })).not.toEqual([]);
    const [touch] = report.business.topOfBook;
    const asFloat = { ...touch, venues: [{ ...touch?.venues[0], bid: [64_250.5, '1'] }] };
    expect(faultsOf({ ...report, business: { ...report.business, topOfBook: [asFloat] } })).not.toEqual([]);
  });

  test('a rejected line of a recording is in it, and its exit code is 1', async () => {
    const line = '{"type":"order_latency","venue":"v","place":"p","op":"create","tsEvent":"1","latencyMs":1}';
    await withFiles({ 'a.jsonl': `${line}\nnonsense\n${line}\n` }, async (folder) => {
      const report = await reportOf(['--replay', folder, '--speed', 'max']);
      expect(report).toMatchObject({ exitCode: 1, rejections: [{ line: 2 }] });
      expect(report.accounts.problems).toEqual(['1 lines of the recording rejected']);
      expect(faultsOf(report)).toEqual([]);
    });
  });
});

describe('the accounts of a whole run', () => {
  test.each([
    ['data.trades.', 'bars'],
    ['data.book.', 'top of book'],
    ['commands.orders.check.', 'risk check'],
    ['events.order.', 'positions'],
  ])('notice a single message of %s that a plugin makes away with', async (prefix, subscriber) => {
    // CRITICAL messages may only be dropped where their publisher allowed it: there the plugin's wish is refused, and nothing is lost.
    const isCritical = prefix.startsWith('commands.') || prefix.startsWith('events.');
    const report = await reportOf(['--seconds', '5', '--speed', 'max'], {
      plugins: [dropsOne(prefix, 3)],
      patienceMs: 500,
    });
    const about = report.accounts.problems.filter((problem) => problem.startsWith(`${subscriber}:`));
    expect([about.length > 0, report.exitCode]).toEqual(isCritical ? [false, 0] : [true, 1]);
  });
});

describe('the report as text', () => {
  test('says nothing of tickers that never came, and of rejected lines once what a line is', async () => {
    const line = quote('v', '');
    await withFiles({ 'a.jsonl': `${line}\nnonsense\n{}\n${line}\n` }, async (folder) => {
      const report = await reportOf(['--replay', folder, '--speed', 'max']);
      const text = reportText(report, { width: 160, color: false });
      expect(text).not.toContain('spread monitor');
      expect(text).toMatch(/a\.jsonl:2: expected a JSON object, received "nonsense"\n/);
      expect(text.split('The format of recordings')).toHaveLength(2);
    });
    expect(reportText(await reportOf(['--seconds', '1', '--speed', 'max']), { width: 160, color: false })).toContain(
      'spread monitor',
    );
  });

  test('has no escape codes without color, and its lines fit', async () => {
    const report = await reportOf(['--seconds', '1', '--speed', 'max']);
    const text = reportText(report, { width: 100, color: false });
    expect(text).not.toContain('\u001b');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(reportText(report, { width: 100, color: true })).toContain('\u001b[');
  });
});
