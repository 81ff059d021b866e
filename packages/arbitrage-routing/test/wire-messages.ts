import * as fc from 'fast-check';
import type { InstrumentRow } from '../src/market/instrument-row.ts';

/** Decimals as venues write them, and as none should. */
const decimal = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 30_000 }).map((count) => `${count * 30}.00000000`) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.nat({ max: 90_000 }), fc.nat({ max: 99 }))
      .map(([a, b]) => `${a}.${String(b).padStart(2, '0')}000000`),
  },
  { weight: 4, arbitrary: fc.nat({ max: 100_000 }).map((count) => (count * 0.05).toFixed(2)) },
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 100_000 }).map((count) => String(count * 30)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0',
      '0.00',
      '00.10',
      '1e5',
      '-1',
      '.5',
      '5.',
      '',
      '1.005',
      '999999999.99',
      '1234567890.1',
      '123456789012345678',
      '0.123456789012345678',
      '1000000000000.01',
      'NaN',
    ),
  },
);
const text = decimal.map((value) => JSON.stringify(value));
const value = fc.oneof(
  { weight: 60, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom('1.5', 'null', '[]', '{}', 'true', '7') },
);
const integer = fc.oneof(
  { weight: 40, arbitrary: fc.nat({ max: 2 ** 31 - 1 }).map(String) },
  { weight: 20, arbitrary: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('01', '-1', '1.5', '1e3', '9007199254740993', '99999999999999999999', 'null', '"3"'),
  },
);
const level = fc.oneof(
  { weight: 60, arbitrary: fc.tuple(text, text).map((pair) => `[${pair.join(',')}]`) },
  { weight: 1, arbitrary: fc.constantFrom('[]', '["1"]', '["1","2","3"]', '"1"', 'null', '[1,2]') },
);
const levels = fc.oneof(
  { weight: 40, arbitrary: fc.array(level, { maxLength: 5 }).map((all) => `[${all.join(',')}]`) },
  { weight: 1, arbitrary: value },
);

type Member = readonly [name: string, value: string];
const member = (name: string, arbitrary: fc.Arbitrary<string>): fc.Arbitrary<Member> =>
  arbitrary.map((text_) => [name, text_] as const);

/** Messages of Binance, mostly in the shape that it sends, for these instruments and one that nobody knows. */
export function wireMessages(rows: readonly InstrumentRow[]): fc.Arbitrary<string> {
  const known = fc.constantFrom(...rows.map((row) => JSON.stringify(row.symbol)));
  const symbol = fc.oneof(
    { weight: 20, arbitrary: known },
    { weight: 1, arbitrary: fc.constantFrom('"ODDUSDT"', '7') },
  );
  const sequence = [member('u', integer)];
  const time = [member('E', integer), member('T', integer)];
  const quote = [
    ...sequence,
    member('s', symbol),
    member('b', value),
    member('B', value),
    member('a', value),
    member('A', value),
  ];
  const shapes = [
    quote,
    [member('e', fc.constant('"bookTicker"')), ...quote, ...time, member('ps', fc.constant('"BTCUSD"'))],
    [
      member('e', fc.constant('"depthUpdate"')),
      ...time,
      member('s', symbol),
      member('U', integer),
      ...sequence,
      member('pu', integer),
      member('b', levels),
      member('a', levels),
    ],
    [
      member('e', fc.constantFrom('"trade"', '"aggTrade"')),
      ...time,
      member('s', symbol),
      member('t', integer),
      member('p', value),
      member('q', value),
      member('b', integer),
      member('a', integer),
      member('m', fc.constantFrom('true', 'false')),
      member('M', fc.constant('true')),
    ],
    [member('e', fc.constantFrom('"kline"', '"24hrTicker"', 'null', '3')), ...quote],
  ];
  const members = fc.oneof(...shapes.map((shape) => fc.tuple(...shape)));
  // Now and then in another order, with a member gone or come twice.
  const disordered = members.chain((all) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(all as readonly Member[]) },
      { weight: 1, arbitrary: fc.shuffledSubarray(all, { minLength: all.length }) },
      { weight: 1, arbitrary: fc.subarray(all) },
      { weight: 1, arbitrary: fc.nat({ max: all.length - 1 }).map((i) => [...all, all[i] as Member]) },
    ),
  );
  const isCombined = fc.boolean();
  return fc.tuple(disordered, isCombined).map(([all, combined]) => {
    const data = `{${all.map(([name, text_]) => `"${name}":${text_}`).join(',')}}`;
    return combined ? `{"stream":"x@y","data":${data}}` : data;
  });
}

const change = fc.record({
  how: fc.constantFrom('replace', 'insert', 'remove', 'double', 'cut'),
  at: fc.nat({ max: 10_000 }),
  byte: fc.oneof(
    fc.constantFrom(...'{}[]",:.0159-eE \\\u0000bBaAsu'.split('').map((c) => c.charCodeAt(0))),
    fc.nat({ max: 255 }),
  ),
});

/** Messages of which a few bytes are not what they were. */
export function mutated(messages: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(messages, fc.array(change, { minLength: 1, maxLength: 3 })).map(([message, changes]) => {
    const bytes = [...new TextEncoder().encode(message)];
    for (const { how, at, byte } of changes) {
      const place = at % (bytes.length + 1);
      if (how === 'replace') bytes[place] = byte;
      else if (how === 'insert') bytes.splice(place, 0, byte);
      else if (how === 'remove') bytes.splice(place, 1);
      else if (how === 'double') bytes.splice(place, 0, ...bytes.slice(place, place + 9));
      else bytes.length = place;
    }
    return Uint8Array.from(bytes);
  });
}
