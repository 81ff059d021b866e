import type { DetectorOptions } from '../../src/detection/detector-options.ts';
import type { State } from './oracle-instrument.ts';
import { PPM, UNIT, floor, show } from './oracle-numbers.ts';
import type { Figures } from './oracle-spread.ts';

/** Assets in order, in one scope, with the instruments that lead from each to the next. */
export interface Round {
  readonly scope: string;
  readonly assets: readonly string[];
  readonly ways: readonly (readonly Way[])[];
}

interface Way {
  readonly state: State;
  readonly isSale: boolean;
}

/** Every cycle of the instruments that the options ask for. */
export function allRounds(all: readonly State[], cycles: NonNullable<DetectorOptions['cycles']>): readonly Round[] {
  const chosen = all.filter(({ row, key }) => cycles.instruments?.includes(key) ?? row.kind === 'spot');
  const scope = cycles.scope ?? 'venue';
  const scopes: [string, readonly State[]][] = [];
  if (scope !== 'all') {
    for (const venue of new Set(chosen.map(({ row }) => row.venue))) {
      scopes.push([venue, chosen.filter(({ row }) => row.venue === venue)]);
    }
  }
  if (scope !== 'venue') scopes.push(['*', chosen]);
  return scopes.flatMap(([name, states]) => {
    const assets = [...new Set(states.flatMap(({ row }) => [row.base, row.quote]))].toSorted();
    return sequences(assets, cycles.maxLength ?? 3).flatMap((sequence) => {
      const ways = sequence.map((from, i) => waysBetween(states, from, sequence[(i + 1) % sequence.length] as string));
      return ways.some(({ length }) => length === 0) ? [] : [{ scope: name, assets: sequence, ways }];
    });
  });
}

function waysBetween(states: readonly State[], from: string, to: string): readonly Way[] {
  return states.flatMap((state): readonly Way[] => {
    if (state.row.base === from && state.row.quote === to) return [{ state, isSale: true }];
    return state.row.quote === from && state.row.base === to ? [{ state, isSale: false }] : [];
  });
}

/** Every sequence of 3 to `maxLength` different assets that begins with its smallest name. */
function sequences(assets: readonly string[], maxLength: number): readonly (readonly string[])[] {
  let growing: readonly (readonly string[])[] = assets.map((asset) => [asset]);
  const found: (readonly string[])[] = [];
  for (let length = 2; length <= maxLength; length += 1) {
    growing = growing.flatMap((sequence) =>
      assets
        .filter((asset) => asset > (sequence[0] as string) && !sequence.includes(asset))
        .map((asset) => [...sequence, asset]),
    );
    if (length >= 3) for (const sequence of growing) found.push(sequence);
  }
  return found;
}

interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d });
const over = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d, d: a.d * b.n });
const below = (a: Fraction, b: Fraction): boolean => a.n * b.d < b.n * a.d;

/** What the way gives for one unit, and how much it takes. */
function rateOf({ state, isSale }: Way): { readonly rate: Fraction; readonly takes: Fraction } | undefined {
  const level = isSale ? state.bestBid : state.bestAsk;
  if (level === undefined) return undefined;
  const price = { n: level.price, d: UNIT };
  const size = { n: level.size, d: UNIT };
  if (isSale) return { rate: times(price, { n: PPM - state.feePpm, d: PPM }), takes: size };
  const cost = times(price, { n: PPM + state.feePpm, d: PPM });
  return { rate: over({ n: 1n, d: 1n }, cost), takes: times(size, cost) };
}

/** The best way round now; undefined: none gains. */
export function decideRound(
  { scope, assets, ways }: Round,
  usable: ReadonlyMap<string, boolean>,
  minEdge: bigint,
): { readonly id: string; readonly figures: Figures } | undefined {
  let product: Fraction = { n: 1n, d: 1n };
  let capacity: Fraction | undefined;
  const names: string[] = [];
  for (const alternatives of ways) {
    let best: { readonly way: Way; readonly rate: Fraction; readonly takes: Fraction } | undefined;
    for (const way of alternatives) {
      const rated = usable.get(way.state.key) === true ? rateOf(way) : undefined;
      if (rated !== undefined && (best === undefined || below(best.rate, rated.rate))) best = { way, ...rated };
    }
    if (best === undefined) return undefined;
    const takes = over(best.takes, product);
    if (capacity === undefined || below(takes, capacity)) capacity = takes;
    product = times(product, best.rate);
    names.push(`${best.way.state.key}${best.way.isSale ? '-' : '+'}`);
  }
  if (!below({ n: PPM + minEdge, d: PPM }, product)) return undefined;
  const gain = { n: product.n - product.d, d: product.d };
  const profit = times(capacity as Fraction, gain);
  return {
    id: `C|${scope}|${assets.join('>')}|${names.join(',')}`,
    figures: {
      capacity: show(floor((capacity as Fraction).n * 10n ** 12n, (capacity as Fraction).d), 12),
      profit: show(floor(profit.n * 10n ** 12n, profit.d), 12),
      edgePpm: floor(gain.n * PPM, gain.d).toString(),
    },
  };
}
