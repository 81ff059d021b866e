import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentTerms } from '../../market/instrument-table.ts';
import { ONE, PLACES, formatFixed } from '../../money/fixed-point.ts';
import { decideEntry } from '../entry/entry-decision.ts';
import { checkTick, halfTicksOf } from '../market/half-ticks.ts';
import { figuresOf } from '../signal-figures.ts';
import type { SignalCandidate, SignalContext, SignalPart } from '../signal-part.ts';
import type { LatencyFigures } from '../signal.ts';
import { LeadLagWindow, type LeadLag, type SeriesIndex } from './lead-lag-window.ts';
import { latencySettings, type LatencyOptions, type LatencySettings } from './latency-options.ts';

/** A pair, its window, and the moment from which its window counts time. */
interface Pair {
  readonly slots: readonly [InstrumentTerms, InstrumentTerms];
  readonly window: LeadLagWindow;
  originNs: bigint | undefined;
  /** When the newest observation of the window was received. */
  newestReceivedNs: bigint;
}

/**
 * Instruments that follow others: when the leader has moved and the follower has not yet, the follower is traded at once and left where it is
 * expected to go. Section 2 of docs/signals.md.
 *
 * @throws ValidationError `INVALID_OPTIONS`
 */
export function latencySignal(context: SignalContext, options: LatencyOptions): SignalPart {
  const settings = latencySettings(options);
  const { market } = context;
  const pairsOf: Pair[][] = market.table.terms.map(() => []);
  const candidates: SignalCandidate[] = [];
  const seen = new Set<string>();
  for (const [index, keys] of options.pairs.entries()) {
    const path = `latency.pairs[${index}]`;
    const first = context.termsOfKey(path, keys[0]);
    const second = context.termsOfKey(path, keys[1]);
    const name = keys.toSorted().join('>');
    if (first === second || seen.has(name)) throw invalid(path, 'two different instruments, and each pair once', keys);
    seen.add(name);
    for (const terms of [first, second]) checkTick(path, terms);
    const window = new LeadLagWindow(settings);
    const pair: Pair = { slots: [first, second], window, originNs: undefined, newestReceivedNs: 0n };
    pairsOf[first.slot]?.push(pair);
    pairsOf[second.slot]?.push(pair);
    for (const leader of [0, 1] as const) {
      for (const side of ['BUY', 'SELL'] as const)
        candidates.push(candidateOf(context, settings, { pair, leader, side }));
    }
  }
  return { candidates, observe, lose };

  function observe(slot: number, receivedNs: bigint, eventNs: bigint | undefined): void {
    const atNs = settings.time === 'receive' ? receivedNs : eventNs;
    if (atNs === undefined) return;
    for (const pair of pairsOf[slot] ?? []) observePair(context, pair, { slot, atNs, receivedNs });
  }

  function lose(slot: number): void {
    for (const { window } of pairsOf[slot] ?? []) window.clear();
  }
}

function observePair(
  { market }: SignalContext,
  pair: Pair,
  { slot, atNs, receivedNs }: { readonly slot: number; readonly atNs: bigint; readonly receivedNs: bigint },
): void {
  pair.originNs ??= atNs;
  let time = Number(atNs - pair.originNs);
  if (time > MAX_TIME) {
    // 52 days on, nanoseconds are no longer exact: the window begins anew, which is nothing after so long.
    pair.window.clear();
    pair.originNs = atNs;
    time = 0;
  }
  const series: SeriesIndex = pair.slots[0].slot === slot ? 0 : 1;
  pair.window.observe(series, time, Number(halfTicksOf(market, slot)));
  if (time === pair.window.newest) pair.newestReceivedNs = receivedNs;
}

interface Direction {
  readonly pair: Pair;
  readonly leader: SeriesIndex;
  readonly side: 'BUY' | 'SELL';
}

function candidateOf(context: SignalContext, settings: LatencySettings, direction: Direction): SignalCandidate {
  const { pair, leader, side } = direction;
  const { market } = context;
  const lead = pair.slots[leader];
  const follow = pair.slots[leader === 0 ? 1 : 0];
  const settlements = [market.contract(follow.slot).settlementSlot].filter((slot) => slot >= 0);
  const id = `L|${lead.key}>${follow.key}|${side}`;
  return { id, type: 'LATENCY_ARBITRAGE', slots: [lead.slot, follow.slot, ...settlements], decide };

  function decide(): LatencyFigures | undefined {
    if (!market.isUsable(lead.slot) || !market.isUsable(follow.slot)) return undefined;
    const estimate = estimateOf(settings, pair);
    if (estimate === undefined || (leader === 0 ? estimate.lagNs <= 0 : estimate.lagNs >= 0)) return undefined;
    const pending = pendingMove(pair, { leader, estimate, nowNs: market.nowNs });
    if (pending === undefined || (side === 'BUY' ? pending.halfTicks <= 0n : pending.halfTicks >= 0n)) return undefined;
    const move = halfOf(pending.halfTicks * follow.tick);
    const fees = (context.entryFee[follow.slot] as bigint) + (context.exitFee[follow.slot] as bigint);
    const leg =
      side === 'BUY'
        ? { factor: ONE + fees, exitPrice: market.bestBid(follow.slot) + move }
        : { factor: ONE - fees, exitPrice: market.bestAsk(follow.slot) + move };
    const entryLeg = { slot: follow.slot, perUnit: ONE, ...leg };
    const entry = decideEntry(market, side === 'BUY' ? { buy: entryLeg } : { sell: entryLeg }, context.limits);
    if (entry === undefined) return undefined;
    return {
      ...figuresOf(market, entry, market.nowNs + BigInt(pending.remainingNs)),
      leader: lead.key,
      lagNs: Math.abs(estimate.lagNs).toString(),
      correlation: millionths(estimate.correlation),
      move: formatFixed(move, PLACES),
      confidence: millionths(Math.min(1, estimate.correlation * estimate.correlation)),
    };
  }
}

/** What the window says, if it says it clearly enough. */
function estimateOf(settings: LatencySettings, { window }: Pair): LeadLag | undefined {
  if (window.moves(0) < settings.minMoves || window.moves(1) < settings.minMoves) return undefined;
  const estimate = window.estimate();
  return estimate !== undefined && Math.abs(estimate.correlation) >= settings.minCorrelation ? estimate : undefined;
}

/**
 * By how much the follower is still to move: what the leader did in the time of the lag and since the follower moved last, times the slope of
 * the one on the other, towards zero; and how long until the first of it should have arrived.
 */
function pendingMove({ window, newestReceivedNs }: Pair, { leader, estimate, nowNs }: PendingQuestion) {
  const lag = Math.abs(estimate.lagNs);
  // What has passed since the newest observation is the same on every clock.
  const now = window.newest + Math.max(0, Number(nowNs - newestReceivedNs));
  const since = Math.max(now - lag, window.changedAt(leader === 0 ? 1 : 0));
  const moved = window.movedSince(leader, since);
  if (moved === undefined) return undefined;
  const halfTicks = (BigInt(estimate.covariance) * BigInt(moved.by)) / BigInt(estimate.leaderSquares);
  return { halfTicks, remainingNs: moved.firstAt + lag - now };
}

interface PendingQuestion {
  readonly leader: SeriesIndex;
  readonly estimate: LeadLag;
  readonly nowNs: bigint;
}

/** Half of a price, towards zero. */
function halfOf(price: bigint): bigint {
  return price / 2n;
}

/** A ratio as decimal text with six places, towards zero. */
function millionths(ratio: number): string {
  return formatFixed(BigInt(Math.trunc(ratio * 1e6)), 6);
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the pairs of lead and lag: see LatencyOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const MAX_TIME = 2 ** 52;
