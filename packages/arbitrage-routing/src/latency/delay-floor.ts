/** The least delay of a second, and when it was seen. */
interface Low {
  readonly atMs: number;
  readonly delayMs: number;
}

/** Where the floor stands. */
export interface Floor {
  /** Receive time less event time of what travels without waiting: the least delay less the venue's clock offset. */
  readonly levelMs: number;
  /** How much it rises in a second, in microseconds: parts per million. A venue's clock that runs fast lets it fall. 0 until it is told from noise. */
  readonly driftPpm: number;
}

/**
 * The floor under receive time less event time.
 *
 * Queues and networks only add to a delay, so what has waited least tells the distance and the clocks: the lows of each second are kept, and the floor is the
 * edge of their lower convex hull under the middle of the window (Moon, Skelly and Towsley 1999), level as long as a slope does not fit much better. When a
 * line has moved, by a new route or a stepped clock, three seconds in a row lie beyond what the noise explains: then the past before them is dropped.
 *
 * Workload: one comparison per event, some hundred steps a second.
 */
export class DelayFloor {
  readonly #lows: Low[] = [];
  #second = Number.NaN;
  #low: Low | undefined;
  #floor: { readonly atMs: number; readonly levelMs: number; readonly driftPpm: number } | undefined;

  /** Takes in a delay; times in milliseconds from any origin. Returns by how much it exceeds the floor. */
  observe(atMs: number, delayMs: number): number {
    const second = Math.floor(atMs / SECOND_MS);
    if (second !== this.#second) {
      this.#close();
      this.#second = second;
      this.#low = undefined;
    }
    if (this.#low === undefined || delayMs < this.#low.delayMs) this.#low = { atMs, delayMs };
    return Math.max(0, delayMs - this.at(atMs).levelMs);
  }

  /** The floor at a moment; 0 and level before anything was observed. */
  at(atMs: number): Floor {
    const floor = this.#floor;
    // Until the first second is over its own low is all there is.
    if (floor === undefined) return { levelMs: this.#low?.delayMs ?? 0, driftPpm: 0 };
    const levelMs = floor.levelMs + (floor.driftPpm * (atMs - floor.atMs)) / PPM;
    return { levelMs, driftPpm: floor.driftPpm };
  }

  #close(): void {
    if (this.#low === undefined) return;
    this.#lows.push(this.#low);
    if (this.#lows.length > WINDOW_SECONDS) this.#lows.shift();
    this.#dropThePast();
    this.#fit();
  }

  /** Keeps only the last lows when all of them lie on one side of the floor, further than noise takes them. */
  #dropThePast(): void {
    const recent = this.#lows.slice(-SHIFT_SECONDS);
    const before = this.#lows.slice(0, -SHIFT_SECONDS);
    if (before.length < SHIFT_SECONDS) return;
    const line = lineUnder(before);
    const bound = SHIFT_NOISES * medianAbove(before, line) + LEAST_SHIFT_MS;
    const above = recent.map(({ atMs, delayMs }) => delayMs - valueAt(line, atMs));
    const hasMoved = above.every((each) => each > bound) || above.every((each) => each < -bound);
    if (hasMoved) this.#lows.splice(0, this.#lows.length - SHIFT_SECONDS);
  }

  #fit(): void {
    const line = lineUnder(this.#lows);
    this.#floor = { atMs: line.atMs, levelMs: line.levelMs, driftPpm: line.slope * PPM };
  }
}

interface Line {
  readonly atMs: number;
  readonly levelMs: number;
  /** Milliseconds per millisecond. */
  readonly slope: number;
}

/** The line under all lows that is nearest to them: level, unless a sloping one lies much nearer. */
function lineUnder(lows: readonly Low[]): Line {
  const least = lows.reduce((low, each) => (each.delayMs < low.delayMs ? each : low));
  const level: Line = { atMs: least.atMs, levelMs: least.delayMs, slope: 0 };
  if (lows.length < LEAST_SECONDS_FOR_DRIFT) return level;
  const middle = lows.reduce((sum, { atMs }) => sum + atMs, 0) / lows.length;
  const hull = lowerHull(lows);
  const right = hull.findIndex(({ atMs }) => atMs >= middle);
  const [a, b] = [hull[right - 1], hull[right]];
  if (a === undefined || b === undefined) return level;
  const slope = (b.delayMs - a.delayMs) / (b.atMs - a.atMs);
  const sloping: Line = { atMs: a.atMs, levelMs: a.delayMs, slope };
  const isBelievable = Math.abs(slope) * PPM <= MAX_DRIFT_PPM;
  return isBelievable && meanAbove(lows, sloping) < NEARER * meanAbove(lows, level) ? sloping : level;
}

/** The lows from which no other lies below (Andrew's monotone chain); they come in the order of time. */
function lowerHull(lows: readonly Low[]): readonly Low[] {
  const hull: Low[] = [];
  for (const low of lows) {
    while (hull.length >= 2 && !turnsUp(hull[hull.length - 2] as Low, hull[hull.length - 1] as Low, low)) hull.pop();
    hull.push(low);
  }
  return hull;
}

function turnsUp(a: Low, b: Low, c: Low): boolean {
  return (b.atMs - a.atMs) * (c.delayMs - a.delayMs) > (b.delayMs - a.delayMs) * (c.atMs - a.atMs);
}

function valueAt({ atMs, levelMs, slope }: Line, at: number): number {
  return levelMs + slope * (at - atMs);
}

function meanAbove(lows: readonly Low[], line: Line): number {
  return lows.reduce((sum, { atMs, delayMs }) => sum + delayMs - valueAt(line, atMs), 0) / lows.length;
}

function medianAbove(lows: readonly Low[], line: Line): number {
  const above = lows.map(({ atMs, delayMs }) => delayMs - valueAt(line, atMs)).toSorted((a, b) => a - b);
  return above[above.length >> 1] ?? 0;
}

const SECOND_MS = 1000;
const PPM = 1e6;
/** Long enough to tell a drift of some ppm from jitter of microseconds, short enough to follow a clock that is being steered. */
const WINDOW_SECONDS = 60;
const SHIFT_SECONDS = 3;
const SHIFT_NOISES = 5;
const LEAST_SHIFT_MS = 0.25;
const LEAST_SECONDS_FOR_DRIFT = 20;
/** Clocks in use drift by less than this (RFC 5905 takes 15 ppm for typical, 500 for the most). */
const MAX_DRIFT_PPM = 500;
const NEARER = 0.6;
