import { gzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import type { SubmitOrder } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { nsAt } from '../../src/feed.ts';
import { ReplayFeed } from '../../src/replay/replay-feed.ts';
import { fixture, withFiles } from '../support/fixtures.ts';
import { readFeed } from '../support/read-feed.ts';

async function refusal(path: string): Promise<unknown> {
  return ReplayFeed.open(path).catch((error: unknown) => error);
}

const QUOTE =
  '{"type":"quote","venue":"beta","symbol":"S","base":"B","quote":"USD","kind":"spot","tsEvent":null,"tsRecv":"1700000000000000000","bid":"1","bidSize":"1","ask":"2","askSize":"1"}';

describe('a replay', () => {
  test('merges the recordings of a folder by the recorder’s clock, ties in the order of names', async () => {
    await withFiles(
      {
        'a.jsonl': await readFile(fixture('two-venues-a.jsonl')),
        'b.jsonl.gz': gzipSync(await readFile(fixture('two-venues-b.jsonl'))),
        'notes.txt': 'not a recording',
      },
      async (folder) => {
        const feed = await ReplayFeed.open(folder);
        const events = await readFeed(feed);
        expect(events.map(({ micros, event }) => [micros, event.type])).toEqual([
          [0, 'book_snapshot'],
          [250_000, 'quote'],
          [500_000, 'trade'],
          [500_000, 'book_deltas'],
          [500_000, 'quote'],
          [700_000, 'trade'],
          [800_000, 'funding_rate'],
          [1_200_000, 'book_deltas'],
          [1_300_000, 'ticker'],
          [2_500_000, 'trade'],
        ]);
        expect(feed.progress).toMatchObject({ events: 10, rejected: 0, isRetimed: false, isReplica: false });
        expect(feed.ended).toBe(true);
      },
    );
  });

  test('brings events in the words of core-types, exact to the digit', async () => {
    const feed = await ReplayFeed.open(fixture('two-venues-a.jsonl'));
    const [snapshot, trade, delta, removal, ticker] = (await readFeed(feed)).map(({ event }) => event);
    // A venue may send levels in any order: the snapshot has them best first.
    expect(snapshot).toMatchObject({
      instrumentId: 'BTC-USD.alpha',
      tsEventNs: null,
      tsInitNs: 1_700_000_000_000_000_000n,
      venueSequence: 10n,
      bids: [
        ['100', '2'],
        ['99.5', '1'],
      ],
      asks: [
        ['100.5', '0.25'],
        ['101', '3'],
      ],
    });
    expect(trade).toMatchObject({
      price: '100.5',
      size: '0.05',
      aggressorSide: 'BUYER',
      tradeId: 'a-1',
      tsEventNs: 1_700_000_000_400_000_000n,
    });
    expect(delta).toMatchObject({
      sequence: 0,
      deltas: [{ action: 'UPDATE', side: 'SELL', price: '100.5', size: '0.2' }],
    });
    expect(removal).toMatchObject({
      sequence: 1,
      deltas: [
        { action: 'DELETE', side: 'BUY', price: '100', size: '0' },
        { action: 'UPDATE', side: 'SELL', price: '100.25', size: '4' },
      ],
    });
    expect(ticker).toMatchObject({ lastPrice: '100.5', bidPrice: '99.5', askPrice: '100.25', volume24h: '1234.5' });
  });

  test('takes a quote with one side, a trade without size and side, and a funding rate', async () => {
    const feed = await ReplayFeed.open(fixture('two-venues-b.jsonl'));
    const [, oneSided, trade, funding] = (await readFeed(feed)).map(({ event }) => event);
    expect(oneSided).toMatchObject({ bidPrice: '100.2', bidSize: '1', askPrice: null, askSize: null });
    expect(trade).toMatchObject({ price: '100.2', size: null, aggressorSide: 'NO_AGGRESSOR' });
    expect(funding).toMatchObject({ rate: '-0.0001', intervalMinutes: 480, instrumentId: 'XBTUSD.P.beta' });
    expect([...feed.listings.values()].map(({ base, quote, kind }) => [base, quote, kind])).toEqual([
      ['BTC', 'USD', 'spot'],
      ['BTC', 'USD', 'perp'],
    ]);
  });

  test('takes measurements in the order of their lines, whatever their times say', async () => {
    const events = await readFeed(await ReplayFeed.open(fixture('order-latency.jsonl')));
    expect(events.map(({ micros, event }) => [micros, event.type === 'order_latency' && event.place])).toEqual([
      [0, 'tokyo_1'],
      [6_000_000, 'tokyo_1'],
      [6_000_000, 'frankfurt_2'],
    ]);
  });

  test('a line that is no event is counted with file, line and reason, and the rest goes on', async () => {
    const lines = [
      QUOTE,
      '{"type":"quo',
      QUOTE.replace('"bid":"1"', '"bid":1.5'),
      QUOTE.replace('quote', 'rumour'),
      QUOTE.replace('17000', '16000'),
      QUOTE,
    ];
    await withFiles({ 'bad.jsonl': lines.join('\n') }, async (folder) => {
      const feed = await ReplayFeed.open(folder);
      expect(await readFeed(feed)).toHaveLength(2);
      expect(feed.progress.rejected).toBe(4);
      expect(feed.progress.rejections.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
      expect(feed.progress.rejections.map(({ reason }) => reason)).toEqual([
        expect.stringContaining('expected a JSON object'),
        expect.stringContaining('bidPrice'),
        expect.stringContaining('type: expected trade, quote'),
        expect.stringContaining('tsRecv: expected a time not before'),
      ]);
    });
  });

  test('says what is marked as re-timed or made up', async () => {
    const lines = [QUOTE.replace('}', ',"retimed":true}'), QUOTE.replace('}', ',"replica":true}')];
    await withFiles({ 'marked.jsonl': lines.join('\n') }, async (folder) => {
      const feed = await ReplayFeed.open(folder);
      await readFeed(feed);
      expect(feed.progress).toMatchObject({ isRetimed: true, isReplica: true });
    });
  });

  test('refuses a path without a recording, and a recording without an event', async () => {
    expect(await refusal(fixture('nothing-here'))).toMatchObject({
      code: 'NO_RECORDING',
      message: expect.stringContaining('nothing-here'),
    });
    await withFiles({ 'notes.txt': '' }, async (folder) => {
      expect(await refusal(folder)).toMatchObject({ code: 'NO_RECORDING', message: expect.stringContaining('.jsonl') });
    });
    await withFiles({ 'empty.jsonl': '\n\n' }, async (folder) => {
      expect(await refusal(folder)).toMatchObject({
        code: 'EMPTY_RECORDING',
        message: expect.stringContaining('at least one event'),
      });
    });
    await withFiles({ 'other.jsonl': '{"price":1}\n' }, async (folder) => {
      expect(await refusal(folder)).toMatchObject({
        code: 'EMPTY_RECORDING',
        message: expect.stringContaining('other.jsonl:1'),
      });
    });
  });

  test('a compressed file that is cut off is an error, not a short recording', async () => {
    const whole = gzipSync(Array.from({ length: 5_000 }, () => QUOTE).join('\n'));
    await withFiles({ 'cut.jsonl.gz': whole.subarray(0, whole.length - 20) }, async (folder) => {
      const error = await ReplayFeed.open(folder)
        .then(readFeed)
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'UNREADABLE_RECORDING', message: expect.stringContaining('cut.jsonl.gz') });
    });
  });

  test('fills an order on paper at the recorded touch of the moment at which it arrives', async () => {
    const feed = await ReplayFeed.open(fixture('two-venues-a.jsonl'));
    const order: SubmitOrder = {
      type: 'submit_order',
      strategyId: 'test',
      instrumentId: 'BTC-USD.alpha' as SubmitOrder['instrumentId'],
      clientOrderId: 'order-1',
      tsInitNs: nsAt(feed.startNs, 400_000),
      side: 'BUY',
      orderType: 'LIMIT',
      price: '100.5' as SubmitOrder['quantity'],
      quantity: '1' as SubmitOrder['quantity'],
      timeInForce: 'IOC',
    };
    await readFeed(feed, 400_000);
    // After the delta at 0.5 s there are 0.2 at 100.5, and nothing better.
    feed.execute(order, 600_000);
    const answers = (await readFeed(feed)).filter(({ event }) => event.type.startsWith('order_'));
    expect(answers).toMatchObject([
      { micros: 620_000, event: { type: 'order_accepted' } },
      {
        micros: 620_000,
        event: { type: 'order_filled', lastPrice: '100.5', lastQuantity: '0.2', leavesQuantity: '0.8' },
      },
      { micros: 620_000, event: { type: 'order_canceled' } },
    ]);
  });
});
