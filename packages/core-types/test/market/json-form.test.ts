import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJsonForm, type WireObject } from '../../src/market/json-form.ts';
import { parseMarketEvent } from '../../src/market/market-event.ts';
import { parseAccountSnapshot } from '../../src/market/orders/account-snapshot.ts';
import { parseOrderCommand } from '../../src/market/orders/order-command.ts';
import { parseOrderEvent } from '../../src/market/orders/order-event.ts';
import { parsePositionSnapshot } from '../../src/market/orders/position-snapshot.ts';
import { accountSnapshot, marketEvent, orderCommand, orderEvent, positionSnapshot } from './arbitraries.ts';

function expectRoundTrip(arbitrary: fc.Arbitrary<unknown>, parse: (input: unknown) => WireObject): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      const parsed = parse(value);
      expect(parsed).toStrictEqual(value);
      expect(parse(JSON.parse(JSON.stringify(toJsonForm(parsed))))).toStrictEqual(parsed);
    }),
    { numRuns: 500 },
  );
}

describe('the JSON form comes back identically', () => {
  it('of market events', () => expectRoundTrip(marketEvent, parseMarketEvent));
  it('of order commands', () => expectRoundTrip(orderCommand, parseOrderCommand));
  it('of order events', () => expectRoundTrip(orderEvent, parseOrderEvent));
  it('of positions', () => expectRoundTrip(positionSnapshot, parsePositionSnapshot));
  it('of accounts', () => expectRoundTrip(accountSnapshot, parseAccountSnapshot));
});

describe('the JSON form', () => {
  const event = parseMarketEvent({
    type: 'book_snapshot',
    instrumentId: 'A.B',
    tsEventNs: null,
    tsInitNs: 1723161255088165267n,
    sequence: 1,
    venueSequence: 2n ** 60n,
    bids: [['1', '2']],
    asks: [],
  });

  it('writes bigints as digits, and is plain', () => {
    expect(toJsonForm(event)).toStrictEqual({
      type: 'book_snapshot',
      instrumentId: 'A.B',
      tsEventNs: null,
      tsInitNs: '1723161255088165267',
      sequence: 1,
      venueSequence: '1152921504606846976',
      bids: [['1', '2']],
      asks: [],
    });
  });

  it('leaves out keys that are undefined', () => {
    expect(toJsonForm({ ...event, venueSequence: undefined })).not.toHaveProperty('venueSequence');
  });

  it('is needed: JSON alone throws', () => {
    expect(() => JSON.stringify(event)).toThrow(TypeError);
  });
});
