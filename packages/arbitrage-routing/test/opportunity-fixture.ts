import type { Opportunity } from '../src/lifecycle/opportunity.ts';

/** What may be asked of the spread; the rest has a default. */
export interface SpreadTerms {
  readonly id?: string;
  readonly from?: string;
  readonly to?: string;
  readonly quantity?: string;
  readonly buyLimit?: string;
  readonly sellLimit?: string;
  readonly profit?: string;
  readonly urgency?: Opportunity['urgency'];
  readonly survival?: Opportunity['survival'];
  readonly detectedAtMs: number;
  /** Default: when it was detected. */
  readonly changedAtMs?: number;
  /** When both legs were quoted; undefined: they do not say. */
  readonly quotedAtMs?: number;
  readonly expiresInMs?: number;
}

/** Bitcoin bought at one venue and sold at another, `confirmed`: 1 at 100 against 102 from A to B, quoted when it was detected. */
export function spread(terms: SpreadTerms): Opportunity {
  const { id = 'desk#1', from = 'A', to = 'B', quantity = '1', buyLimit = '100', sellLimit = '102' } = terms;
  const { profit = '1.8', urgency = 'LOW', survival, detectedAtMs, expiresInMs = 60_000 } = terms;
  const quotedAtNs = nanoseconds(terms.quotedAtMs ?? detectedAtMs);
  return {
    id,
    key: `P|BTC|${from}:BTCUSDT>${to}:BTCUSDT`,
    type: 'PRICE_SPREAD',
    state: 'confirmed',
    legs: [
      { venue: from, symbol: 'BTCUSDT', side: 'BUY', limit: buyLimit, quantity, quotedAtNs },
      { venue: to, symbol: 'BTCUSDT', side: 'SELL', limit: sellLimit, quantity, quotedAtNs },
    ],
    figures: {
      qty: quantity,
      buyNotional: buyLimit,
      sellNotional: sellLimit,
      buyLimit,
      sellLimit,
      profit,
      edgePpm: '17982',
    },
    urgency,
    survival,
    detectedAtNs: nanoseconds(detectedAtMs),
    changedAtNs: nanoseconds(terms.changedAtMs ?? detectedAtMs),
    expiresAtNs: nanoseconds(detectedAtMs + expiresInMs),
  };
}

/** Through microseconds: nanoseconds since 1970 are more than a number holds. */
function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
