/** An observation: when, and what. */
export type Observation = readonly [time: number, value: number];

/** What a window would keep: the rules of section 2.1, applied to everything that was ever observed. */
export interface OracleWindow {
  readonly lagsNs: readonly number[];
  readonly windowNs: number;
  readonly capacity: number;
  readonly series: readonly [Observation[], Observation[]];
  readonly anchors: [number, number];
  restarts: number;
}

export function createOracleWindow(options: Pick<OracleWindow, 'lagsNs' | 'windowNs' | 'capacity'>): OracleWindow {
  return { ...options, series: [[], []], anchors: [0, 0], restarts: 0 };
}

export function clearOracleWindow(window: OracleWindow): void {
  for (const observations of window.series) observations.length = 0;
}

export function observeOracle(window: OracleWindow, index: 0 | 1, [time, value]: Observation): boolean {
  const observations = window.series[index];
  const last = observations.at(-1);
  if (last !== undefined && time < last[0]) return false;
  if (last === undefined) window.anchors[index] = value;
  if (Math.abs(value - window.anchors[index]) > 2 ** 19) {
    clearOracleWindow(window);
    window.anchors[index] = value;
    window.restarts += 1;
  } else if (last?.[0] === time) {
    observations.pop();
  }
  observations.push([time, value]);
  return true;
}

interface Increment {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

function incrementsOf(window: OracleWindow, index: 0 | 1): readonly Increment[] {
  const newest = Math.max(...window.series.flatMap((observations) => observations.at(-1)?.[0] ?? []));
  const kept = window.series[index].slice(-window.capacity);
  return kept
    .slice(1)
    .map(([to, value], i) => ({ from: kept[i]?.[0] as number, to, by: value - (kept[i]?.[1] as number) }))
    .filter(({ to }) => to > newest - window.windowNs);
}

export interface OracleEstimate {
  readonly lagNs: number;
  readonly covariance: number;
  readonly leaderSquares: number;
  readonly correlation: number;
  readonly squares: readonly [number, number];
  readonly moves: readonly [number, number];
  readonly changedAt: readonly [number, number];
}

/** Every pair of increments at every lag: those whose intervals overlap are counted. */
export function estimateOracle(window: OracleWindow): OracleEstimate {
  const [first, second] = [incrementsOf(window, 0), incrementsOf(window, 1)];
  const covariances = window.lagsNs.map((lag) => {
    let sum = 0;
    for (const a of first) {
      if (a.by === 0) continue;
      for (const b of second) {
        if (Math.max(a.from + lag, b.from) < Math.min(a.to + lag, b.to)) sum += a.by * b.by;
      }
    }
    return sum;
  });
  const sumOf = (increments: readonly Increment[]) => increments.reduce((sum, { by }) => sum + by * by, 0);
  const movesOf = (increments: readonly Increment[]) => increments.filter(({ by }) => by !== 0).length;
  const changeOf = (increments: readonly Increment[]) => increments.findLast(({ by }) => by !== 0)?.to ?? -Infinity;
  const squares = [sumOf(first), sumOf(second)] as const;
  const ranked = window.lagsNs
    .map((lagNs, index) => ({ lagNs, index, covariance: covariances[index] as number }))
    .toSorted(
      (a, b) =>
        Math.abs(b.covariance) - Math.abs(a.covariance) || Math.abs(a.lagNs) - Math.abs(b.lagNs) || a.index - b.index,
    );
  const { lagNs, covariance } = ranked[0] as (typeof ranked)[number];
  const newest = Math.max(...window.series.flatMap((observations) => observations.at(-1)?.[0] ?? []));
  const [leading, following] = lagNs > 0 ? [first, squares[1]] : [second, squares[0]];
  const leaderSquares = sumOf(leading.filter(({ to }) => to <= newest - Math.abs(lagNs)));
  return {
    lagNs,
    covariance: leaderSquares === 0 ? 0 : covariance,
    leaderSquares,
    correlation: covariance / Math.sqrt(leaderSquares * following),
    squares,
    moves: [movesOf(first), movesOf(second)],
    changedAt: [changeOf(first), changeOf(second)],
  };
}

/** By how much a series moved after a time, and when the first change was: of what the window keeps. */
export function movedOracle(window: OracleWindow, index: 0 | 1, since: number) {
  const increments = incrementsOf(window, index).filter(({ to }) => to > since);
  let value = 0;
  let firstAt: number | undefined;
  for (const { to, by } of increments) {
    value += by;
    if (firstAt === undefined && by !== 0) firstAt = to;
  }
  return firstAt === undefined ? undefined : { by: value, firstAt };
}
