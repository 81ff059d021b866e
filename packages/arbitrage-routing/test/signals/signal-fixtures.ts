import type { InstrumentRow } from '../../src/market/instrument-row.ts';
import type { NormalizedEvent, NormalizedFunding } from '../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../src/signals/signal-detector.ts';
import { at } from '../fixtures.ts';
import { expectSignalAgreement } from '../oracle/signals/signal-agreement.ts';
import { SignalDetector } from '../../src/signals/signal-detector.ts';
import type { SignalTransition } from '../../src/signals/signal.ts';

/** An instrument of base BTC and quote USDT with a taker's fee of 0.05 %. */
export function row(key: string, overrides: Partial<InstrumentRow> = {}): InstrumentRow {
  const [venue = '', symbol = ''] = key.split(':');
  return {
    venue,
    symbol,
    base: 'BTC',
    quote: 'USDT',
    kind: 'perp',
    tickSize: '0.1',
    lotSize: '0.001',
    takerFeePpm: 500,
    ...overrides,
  };
}

interface Market {
  readonly bid: string;
  readonly ask: string;
  readonly size?: string;
  readonly atMs?: number;
}

export function market(key: string, { bid, ask, size = '1', atMs = 0 }: Market): NormalizedEvent {
  const [venue = '', symbol = ''] = key.split(':');
  return { type: 'quote', venue, symbol, tsRecv: at(atMs), bid, bidSize: size, ask, askSize: size };
}

export function funding(
  key: string,
  rate: string,
  next: { readonly inMs: number; readonly minutes: number },
): NormalizedFunding {
  const [venue = '', symbol = ''] = key.split(':');
  return {
    type: 'funding',
    venue,
    symbol,
    tsRecv: at(0),
    rate,
    nextFundingNs: at(next.inMs),
    intervalMinutes: next.minutes,
  };
}

/** All transitions of a run that the oracle agrees with. */
export function run(options: SignalDetectorOptions, events: readonly NormalizedEvent[]): readonly SignalTransition[] {
  expectSignalAgreement(options, events);
  const detector = new SignalDetector(options);
  return events.flatMap((event) => detector.apply(event));
}
