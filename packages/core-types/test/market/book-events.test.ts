import { describe, expect, it } from 'vitest';
import { parseBookDeltas } from '../../src/market/book-deltas.ts';
import { parseBookSnapshot } from '../../src/market/book-snapshot.ts';
import { header, problems, readHeader } from './problems.ts';

describe('a book snapshot', () => {
  const snapshot = {
    type: 'book_snapshot',
    ...header,
    bids: [
      ['2683.8', '3.0292'],
      ['2683.78', '0.002'],
    ],
    asks: [
      ['2683.81', '1'],
      ['2684', '2.50'],
    ],
  };

  it('is read', () => {
    expect(parseBookSnapshot({ ...snapshot, depth: 25 })).toStrictEqual({
      ...snapshot,
      ...readHeader,
      asks: [
        ['2683.81', '1'],
        ['2684', '2.5'],
      ],
      depth: 25,
    });
    expect(parseBookSnapshot({ ...snapshot, bids: [] }).bids).toEqual([]);
  });

  it('comes best first, each price once', () => {
    expect(problems(parseBookSnapshot, { ...snapshot, bids: snapshot.bids.toReversed() })).toEqual(['bids']);
    expect(problems(parseBookSnapshot, { ...snapshot, asks: snapshot.asks.toReversed() })).toEqual(['asks']);
    expect(
      problems(parseBookSnapshot, {
        ...snapshot,
        bids: [
          ['1', '1'],
          ['1.0', '2'],
        ],
      }),
    ).toEqual(['bids']);
  });

  it('compares prices as numbers, not as strings', () => {
    expect(
      parseBookSnapshot({
        ...snapshot,
        bids: [
          ['10', '1'],
          ['9', '1'],
        ],
        asks: [
          ['9', '1'],
          ['10', '1'],
        ],
      }).asks,
    ).toHaveLength(2);
  });

  it('names each wrong level', () => {
    const asks = [['1', '0'], ['2'], 'x', null, [3, '1'], ['4', '-1'], ['5', '1']];
    expect(problems(parseBookSnapshot, { ...snapshot, asks })).toEqual([
      'asks[0]',
      'asks[1]',
      'asks[2]',
      'asks[3]',
      'asks[4]',
      'asks[5]',
    ]);
  });

  it('does not hold on to the arrays it was given', () => {
    const input = structuredClone(snapshot);
    const parsed = parseBookSnapshot(input);
    input.bids.pop();
    (input.asks[0] as string[])[0] = '0';
    expect(parsed.bids).toHaveLength(2);
    expect(parsed.asks[0]).toEqual(['2683.81', '1']);
  });
});

describe('book deltas', () => {
  const update = { action: 'UPDATE', side: 'BUY', price: '2676.78', size: '4.2454' };
  const remove = { action: 'DELETE', side: 'SELL', price: '2672.03', size: '0' };
  const deltas = { type: 'book_deltas', ...header, deltas: [update, remove], flags: 144 };

  it('are read in their order', () => {
    expect(parseBookDeltas(deltas)).toStrictEqual({ ...deltas, ...readHeader });
    expect(parseBookDeltas({ ...deltas, deltas: [{ ...update, orderId: 'a1' }] }).deltas[0]).toStrictEqual({
      ...update,
      orderId: 'a1',
    });
  });

  it('have sizes that fit their action', () => {
    const wrong = [
      { ...update, size: '0' },
      { ...remove, size: '1' },
      { ...update, action: 'CLEAR' },
      { ...update, action: 'ADD', size: '-1' },
    ];
    expect(problems(parseBookDeltas, { ...deltas, deltas: wrong })).toEqual([
      'deltas[0].size',
      'deltas[1].size',
      'deltas[2].size',
      'deltas[3].size',
    ]);
  });

  it('name every wrong field of every wrong delta', () => {
    expect(
      problems(parseBookDeltas, { ...deltas, deltas: [{ ...update, side: 'BID', price: '1e5' }, 7], flags: 256 }),
    ).toEqual(['deltas[0].side', 'deltas[0].price', 'deltas[1]', 'flags']);
  });
});
