import { describe, expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import { btcRow, delta, oneGroup, quote, snapshot } from './fixtures.ts';

/** Buys at A for 100 and sells at B; each fixture is worked out by hand and fails under the mistake that its name gives. */
const wide = { bid: ['90', '9'], ask: ['110', '9'] } as const;

describe('money, worked out by hand', () => {
  test('fee forgotten: a spread of 0.2 % that fees of 0.1 % a side eat is none', () => {
    const detector = new ArbitrageDetector(oneGroup([btcRow('A'), btcRow('B')]));
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
    // 100 * 1.001 = 100.1 to buy; 100.2 * 0.999 = 100.0998 from selling.
    expect(detector.apply(quote('B', { bid: ['100.2', '1'], ask: wide.ask, atMs: 1 }))).toEqual([]);
    // 100.21 * 0.999 = 100.10979, which is 97.8 ppm above 100.1.
    expect(detector.apply(quote('B', { bid: ['100.21', '1'], ask: wide.ask, atMs: 2 }))).toEqual([
      {
        op: 'open',
        id: 'P|BTC|A:BTCUSDT>B:BTCUSDT',
        qty: '1',
        buyNotional: '100',
        sellNotional: '100.21',
        buyLimit: '100',
        sellLimit: '100.21',
        profit: '0.00979',
        edgePpm: '97',
      },
    ]);
  });

  test('fee forgotten on one side: only the fees of both sides together decide', () => {
    const detector = new ArbitrageDetector(
      oneGroup([btcRow('A', { takerFeePpm: 3000 }), btcRow('B', { takerFeePpm: 0 })]),
    );
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['100.3', '1'], ask: wide.ask, atMs: 1 }))).toEqual([]);
    expect(detector.apply(quote('B', { bid: ['100.31', '1'], ask: wide.ask, atMs: 2 }))).toMatchObject([
      { profit: '0.01' },
    ]);
  });

  test('zero edge: a spread that comes out even to the last digit is none, one tick more is', () => {
    const rows = [btcRow('A', { takerFeePpm: 0 }), btcRow('B', { takerFeePpm: 0 })];
    const detector = new ArbitrageDetector(oneGroup(rows, { minEdgePpm: 450 }));
    detector.apply(quote('A', { bid: wide.bid, ask: ['100000', '1'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['100045', '1'], ask: ['100050', '1'], atMs: 1 }))).toEqual([]);
    expect(detector.apply(quote('B', { bid: ['100045.01', '1'], ask: ['100050', '1'], atMs: 2 }))).toMatchObject([
      { op: 'open', edgePpm: '450' },
    ]);
  });

  test('stale quote: usable at exactly its greatest age, and a nanosecond later no more', () => {
    const detector = new ArbitrageDetector(oneGroup([btcRow('A'), btcRow('B')], { maxAgeMs: 100 }));
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['101', '1'], ask: wide.ask, atMs: 100 }))).toMatchObject([{ op: 'open' }]);
    expect(detector.apply({ type: 'trade', venue: 'B', tsRecv: '1723161254100000001' })).toEqual([
      { op: 'close', id: 'P|BTC|A:BTCUSDT>B:BTCUSDT' },
    ]);
  });

  // Sizes that are whole lots are decided in floats that are exact, others in integers of any length: both round.
  test.each([
    { sizes: 'whole lots', askSize: '2', bidSize: '2.4' },
    { sizes: 'no whole lots', askSize: '2.3', bidSize: '2.3' },
  ])(
    'wrong lot: the quantity is a multiple of both lots, not of one or of the larger, where sizes are $sizes',
    ({ askSize, bidSize }) => {
      const rows = [btcRow('A', { lotSize: '0.4' }), btcRow('B', { lotSize: '0.6' })];
      const detector = new ArbitrageDetector(oneGroup(rows));
      detector.apply(quote('A', { bid: wide.bid, ask: ['100', askSize], atMs: 0 }));
      // Multiples of 1.2 alone fit both: 1.2, although 1.8 and 2 would fit one of them each.
      expect(detector.apply(quote('B', { bid: ['101', bidSize], ask: wide.ask, atMs: 1 }))).toMatchObject([
        { qty: '1.2', buyNotional: '120', sellNotional: '121.2', profit: '0.9588' },
      ]);
    },
  );

  test('contract value forgotten: ten contracts of 0.01 are a tenth of a bitcoin', () => {
    const rows = [btcRow('A', { kind: 'perp', contractValue: '0.01', lotSize: '1', minQty: '1' }), btcRow('B')];
    const detector = new ArbitrageDetector(oneGroup(rows));
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '10'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['101', '5'], ask: wide.ask, atMs: 1 }))).toMatchObject([
      { qty: '0.1', buyNotional: '10', sellNotional: '10.1' },
    ]);
  });

  test('float profit: 0.1 + 0.2 of profit is not 0.30000000000000004', () => {
    const rows = [btcRow('A', { takerFeePpm: 0, minNotional: '0' }), btcRow('B', { takerFeePpm: 0, minNotional: '0' })];
    const detector = new ArbitrageDetector(oneGroup(rows));
    detector.apply(quote('A', { bid: ['0.01', '1'], ask: ['0.1', '3'], atMs: 0 }));
    // As floats 3 * 0.2 - 3 * 0.1 is 0.30000000000000004.
    expect(detector.apply(quote('B', { bid: ['0.2', '3'], ask: ['1', '1'], atMs: 1 }))).toMatchObject([
      { sellNotional: '0.6', buyNotional: '0.3', profit: '0.3' },
    ]);
  });

  test('top of book only: both books are walked while another unit pays, and no further', () => {
    const detector = new ArbitrageDetector(
      oneGroup([btcRow('A', { takerFeePpm: 0 }), btcRow('B', { takerFeePpm: 0 })], { source: 'l2' }),
    );
    const asks = [
      ['100', '1'],
      ['101', '2'],
      ['103', '5'],
    ] as const;
    const bids = [
      ['104', '0.5'],
      ['102', '4'],
      ['101', '9'],
    ] as const;
    detector.apply(snapshot('A', { bids: [['90', '1']], asks, atMs: 0 }));
    // 0.5 at 104/100, 0.5 at 102/100, 2 at 102/101; 102/103 does not pay.
    expect(detector.apply(snapshot('B', { bids, asks: [['110', '1']], atMs: 1 }))).toEqual([
      {
        op: 'open',
        id: 'P|BTC|A:BTCUSDT>B:BTCUSDT',
        qty: '3',
        buyNotional: '302',
        sellNotional: '307',
        buyLimit: '101',
        sellLimit: '102',
        profit: '5',
        edgePpm: '40000',
      },
    ]);
    expect(detector.apply(delta('A', { bids: [], asks: [['101', '0']], atMs: 2 }))).toMatchObject([
      { op: 'update', qty: '1', buyNotional: '100', sellNotional: '103', profit: '3' },
    ]);
  });

  test.each([
    ['of the seller', 0, 1000],
    ['of the buyer', 1000, 0],
  ])('fee forgotten in the walk: a level that pays only without the fee %s is left alone', (_, buyFee, sellFee) => {
    const rows = [btcRow('A', { takerFeePpm: buyFee }), btcRow('B', { takerFeePpm: sellFee })];
    const detector = new ArbitrageDetector(oneGroup(rows, { source: 'l2' }));
    const asks = [
      ['100', '1'],
      ['101', '1'],
    ] as const;
    detector.apply(snapshot('A', { bids: [['90', '1']], asks, atMs: 0 }));
    // 101.05 is above 101, but 101.05 * 0.999 is not, nor is it above 101 * 1.001.
    expect(detector.apply(snapshot('B', { bids: [['101.05', '2']], asks: [['110', '1']], atMs: 1 }))).toMatchObject([
      { qty: '1', buyLimit: '100' },
    ]);
  });

  test('the cap on the notional is kept to the last lot', () => {
    const rows = [btcRow('A', { takerFeePpm: 0 }), btcRow('B', { takerFeePpm: 0 })];
    const detector = new ArbitrageDetector(oneGroup(rows, { maxNotional: '100' }));
    detector.apply(quote('A', { bid: wide.bid, ask: ['99.99', '5'], atMs: 0 }));
    // 100 / 99.99 is 1.0001, of which 1 is a multiple of the lot of 0.001.
    expect(detector.apply(quote('B', { bid: ['101', '5'], ask: wide.ask, atMs: 1 }))).toMatchObject([
      { qty: '1', buyNotional: '99.99' },
    ]);
  });

  test.each([
    ['minQty of the buyer', { minQty: '1.001' }, {}],
    ['minQty of the seller', {}, { minQty: '1.001' }],
    ['minNotional of the buyer', { minNotional: '100.01' }, {}],
    ['minNotional of the seller', {}, { minNotional: '101.01' }],
  ])('an order below the %s is no opportunity', (_, a, b) => {
    const detector = new ArbitrageDetector(oneGroup([btcRow('A', a), btcRow('B', b)]));
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['101', '1'], ask: wide.ask, atMs: 1 }))).toEqual([]);
    expect(detector.counts()).toMatchObject({ opened: 0, live: 0 });
  });

  test('a profit below minProfit is none, exactly minProfit is one', () => {
    const rows = [btcRow('A', { takerFeePpm: 0 }), btcRow('B', { takerFeePpm: 0 })];
    const detector = new ArbitrageDetector(oneGroup(rows, { minProfit: '1' }));
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['100.99', '1'], ask: wide.ask, atMs: 1 }))).toEqual([]);
    expect(detector.apply(quote('B', { bid: ['101', '1'], ask: wide.ask, atMs: 2 }))).toMatchObject([{ profit: '1' }]);
  });

  test('two currencies of one name are one asset only where the table says so', () => {
    const rows = [btcRow('A'), btcRow('B', { symbol: 'WBTCUSDT', base: 'WBTC' })];
    const detector = new ArbitrageDetector({ instruments: rows, groups: [] });
    detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
    expect(detector.apply(quote('B', { bid: ['105', '1'], ask: wide.ask, atMs: 1, symbol: 'WBTCUSDT' }))).toEqual([]);
  });

  test('fees follow the tier that the volume reaches', () => {
    const fees = {
      tiers: [
        { fromVolume: 0, makerFeePpm: 1000, takerFeePpm: 5000 },
        { fromVolume: 1_000_000, makerFeePpm: 500, takerFeePpm: 1000 },
      ],
    };
    const openedWith = (volume: number): number => {
      const rows = [btcRow('A', { takerFeePpm: undefined }), btcRow('B', { takerFeePpm: 0 })];
      const detector = new ArbitrageDetector(oneGroup(rows, { fees: { A: { ...fees, volume } } }));
      detector.apply(quote('A', { bid: wide.bid, ask: ['100', '1'], atMs: 0 }));
      detector.apply(quote('B', { bid: ['100.4', '1'], ask: wide.ask, atMs: 1 }));
      return detector.counts().opened;
    };
    expect(openedWith(999_999)).toBe(0);
    expect(openedWith(1_000_000)).toBe(1);
  });
});

describe('cycles, worked out by hand', () => {
  const rows = [
    btcRow('A'),
    btcRow('A', { symbol: 'ETHUSDT', base: 'ETH' }),
    btcRow('A', { symbol: 'ETHBTC', base: 'ETH', quote: 'BTC' }),
  ];
  const options = { instruments: rows, cycles: { maxLength: 3 } };

  test('three rates that together gain, in the direction in which they do', () => {
    const detector = new ArbitrageDetector(options);
    detector.apply(quote('A', { bid: ['60000', '2'], ask: ['60001', '2'], atMs: 0 }));
    detector.apply(quote('A', { bid: ['2990', '40'], ask: ['3000', '40'], atMs: 1, symbol: 'ETHUSDT' }));
    // BTC -> USDT at 60,000 * 0.999; USDT -> ETH at 1 / (3,000 * 1.001); ETH -> BTC at 0.0503 * 0.999.
    // The round is 60,000 * 0.0503 / 3,000 * 0.999 * 0.999 / 1.001 = 1.002985... ; ETH in the book caps it at 10 ETH.
    const [opened, ...more] = detector.apply(
      quote('A', { bid: ['0.0503', '10'], ask: ['0.0504', '10'], atMs: 2, symbol: 'ETHBTC' }),
    );
    expect(more).toEqual([]);
    const round = (60_000 * 0.0503 * 0.999 * 0.999) / (3000 * 1.001);
    const capacity = (10 * 3000 * 1.001) / (60_000 * 0.999);
    expect(opened).toMatchObject({ op: 'open', id: 'C|A|BTC>USDT>ETH|A:BTCUSDT-,A:ETHUSDT+,A:ETHBTC-' });
    expect(opened).toMatchObject({ edgePpm: String(Math.floor((round - 1) * 1e6)) });
    // 10 ETH cost 30,030 USDT, which is 30,030 / 59,940 = 0.501001001001... BTC.
    expect(opened).toMatchObject({ capacity: '0.501001001001' });
    expect(Number((opened as { readonly profit: string }).profit)).toBeCloseTo(capacity * (round - 1), 10);
  });

  test('nothing that merely comes out even', () => {
    const detector = new ArbitrageDetector({
      ...options,
      instruments: rows.map((row) => ({ ...row, takerFeePpm: 0 })),
    });
    detector.apply(quote('A', { bid: ['60000', '2'], ask: ['60001', '2'], atMs: 0 }));
    detector.apply(quote('A', { bid: ['2990', '40'], ask: ['3000', '40'], atMs: 1, symbol: 'ETHUSDT' }));
    expect(detector.apply(quote('A', { bid: ['0.05', '1'], ask: ['0.06', '1'], atMs: 2, symbol: 'ETHBTC' }))).toEqual(
      [],
    );
    expect(
      detector.apply(quote('A', { bid: ['0.05000001', '1'], ask: ['0.06', '1'], atMs: 3, symbol: 'ETHBTC' })),
    ).toMatchObject([{ op: 'open', edgePpm: '0' }]);
  });
});
