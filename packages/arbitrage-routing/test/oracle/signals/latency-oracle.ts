import { latencySettings } from '../../../src/signals/latency/latency-options.ts';
import {
  clearOracleWindow,
  createOracleWindow,
  estimateOracle,
  movedOracle,
  observeOracle,
  type OracleEstimate,
  type OracleWindow,
} from './lead-lag-oracle.ts';
import { oracleEntry, oracleFigures } from './oracle-entry.ts';
import type { OracleInstrument, OracleMarket } from './oracle-market.ts';
import { minus, plus, ratio, readDecimal, show, showScaled, times } from './ratio.ts';
import type { OracleCandidate, OraclePart } from './signal-oracle.ts';

interface Pair {
  readonly instruments: readonly [OracleInstrument, OracleInstrument];
  readonly window: OracleWindow;
  originNs: bigint | undefined;
  newestReceivedNs: bigint;
  estimate: OracleEstimate | undefined;
}

interface Direction {
  readonly pair: Pair;
  readonly leader: 0 | 1;
  readonly side: 'BUY' | 'SELL';
}

const ONE = ratio(1n);

/** Section 2 of the specification. */
export function latencyOracle(market: OracleMarket): OraclePart {
  const options = market.options.latency;
  if (options === undefined) return { candidates: [] };
  const settings = latencySettings(options);
  const pairs = options.pairs.map(([a, b]): Pair => {
    const instruments = [market.of(a), market.of(b)] as const;
    return {
      instruments,
      window: createOracleWindow(settings),
      originNs: undefined,
      newestReceivedNs: 0n,
      estimate: undefined,
    };
  });
  return {
    candidates: pairs.flatMap((pair) =>
      ([0, 1] as const).flatMap((leader) =>
        (['BUY', 'SELL'] as const).map((side) => candidateOf({ pair, leader, side })),
      ),
    ),
    observe(instrument, receivedNs, eventNs) {
      const atNs = settings.time === 'receive' ? receivedNs : eventNs;
      for (const pair of pairs) {
        const index = pair.instruments.indexOf(instrument);
        if (index < 0 || atNs === undefined) continue;
        pair.originNs ??= atNs;
        const time = Number(atNs - pair.originNs);
        observeOracle(pair.window, index as 0 | 1, [time, Number(instrument.halfTicks)]);
        if (time === newestOf(pair)) pair.newestReceivedNs = receivedNs;
        pair.estimate = undefined;
      }
    },
    lose(key) {
      for (const pair of pairs) {
        if (!pair.instruments.some((each) => each.key === key)) continue;
        clearOracleWindow(pair.window);
        pair.estimate = undefined;
      }
    },
  };

  function candidateOf({ pair, leader, side }: Direction): OracleCandidate {
    const [lead, follow] = [pair.instruments[leader], pair.instruments[leader === 0 ? 1 : 0]];
    return {
      id: `L|${lead.key}>${follow.key}|${side}`,
      type: 'LATENCY_ARBITRAGE',
      instruments: [lead, follow],
      settlements: [follow],
      decide: () => {
        if (!market.isUsable(lead) || !market.isUsable(follow)) return undefined;
        if (pair.window.series.some(({ length }) => length === 0)) return undefined;
        pair.estimate ??= estimateOracle(pair.window);
        const { lagNs, covariance, leaderSquares, correlation, moves, changedAt } = pair.estimate;
        if (covariance === 0 || Math.min(...moves) < settings.minMoves) return undefined;
        if (Math.abs(correlation) < settings.minCorrelation || (leader === 0 ? lagNs <= 0 : lagNs >= 0))
          return undefined;
        const lag = Math.abs(lagNs);
        const now = newestOf(pair) + Math.max(0, Number(market.nowNs - pair.newestReceivedNs));
        const moved = movedOracle(pair.window, leader, Math.max(now - lag, changedAt[leader === 0 ? 1 : 0]));
        if (moved === undefined) return undefined;
        const halfTicks = (BigInt(covariance) * BigInt(moved.by)) / BigInt(leaderSquares);
        if (side === 'BUY' ? halfTicks <= 0n : halfTicks >= 0n) return undefined;
        const tick = readDecimal(follow.row.tickSize);
        const twice = times(ratio(halfTicks), tick as NonNullable<typeof tick>);
        // Half a tick of 1e-18 has no 18 places: towards zero.
        const move = ratio((twice.n * 10n ** 18n) / (twice.d * 2n), 10n ** 18n);
        const fees = plus(follow.entryFee, follow.exitFee);
        const exit = plus(side === 'BUY' ? follow.bid : follow.ask, move);
        const leg = {
          instrument: follow,
          perUnit: ONE,
          exit,
          factor: side === 'BUY' ? plus(ONE, fees) : minus(ONE, fees),
        };
        const entry = oracleEntry(market, side === 'BUY' ? { buy: leg } : { sell: leg });
        if (entry === undefined) return undefined;
        return {
          ...oracleFigures(market, entry, market.nowNs + BigInt(moved.firstAt + lag - now)),
          leader: lead.key,
          lagNs: lag.toString(),
          correlation: showScaled(BigInt(Math.trunc(correlation * 1e6)), 6),
          move: show(move, 18),
          confidence: showScaled(BigInt(Math.trunc(Math.min(1, correlation * correlation) * 1e6)), 6),
        };
      },
    };
  }
}

function newestOf({ window }: Pair): number {
  return Math.max(...window.series.map((observations) => observations.at(-1)?.[0] ?? -Infinity));
}
