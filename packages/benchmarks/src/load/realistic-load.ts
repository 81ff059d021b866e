import { POSITIVE, checkNumber, invalidOption } from '../checks.ts';
import { MAX_ARRIVALS, type LoadShape } from './load-shape.ts';

/** Times between messages as they were recorded, and how to play them. */
export interface RealisticLoadOptions {
  /** Milliseconds between messages, in the order of the recording; from `readInterArrivals`, or your own. */
  readonly interArrivalsMs: readonly number[] | Float64Array;
  readonly durationMs: number;
  /** Plays it faster or slower, so that the mean rate is this. Default: as recorded. */
  readonly perSecond?: number | undefined;
}

/**
 * Recorded arrivals: bursts, lulls and their order are those of the recording. Where to begin in it is drawn from the seed; it is played in
 * a circle when it is shorter than the duration.
 *
 * @throws ValidationError `INVALID_OPTIONS` when there is no recorded time, when one is negative, or when all are zero.
 */
export function realisticLoad(options: RealisticLoadOptions): LoadShape {
  const durationMs = checkNumber('durationMs', options.durationMs, POSITIVE);
  const recorded = Float64Array.from(options.interArrivalsMs);
  const wrong = recorded.findIndex((gapMs) => !(gapMs >= 0 && gapMs < Number.POSITIVE_INFINITY));
  if (wrong !== -1) throw invalidOption(`interArrivalsMs[${wrong}]`, 'a finite number, 0 or more', recorded[wrong]);
  const totalMs = recorded.reduce((sum, gapMs) => sum + gapMs, 0);
  if (!(totalMs > 0)) throw invalidOption('interArrivalsMs', 'recorded times, not all of them zero', recorded.length);
  const recordedPerSecond = (recorded.length / totalMs) * MS_PER_S;
  const perSecond = checkNumber('perSecond', options.perSecond ?? recordedPerSecond, POSITIVE);
  const planned = (perSecond * durationMs) / MS_PER_S;
  if (planned > MAX_ARRIVALS) throw invalidOption('perSecond', `at most ${MAX_ARRIVALS} messages in all`, planned);
  const stretch = recordedPerSecond / perSecond;
  return {
    name: `realistic ${Math.round(perSecond)}/s`,
    durationMs,
    arrivalsMs: (random) => {
      const arrivals: number[] = [];
      let next = Math.floor(random.next() * recorded.length);
      for (let atMs = 0; atMs < durationMs && arrivals.length < MAX_ARRIVALS;) {
        arrivals.push(atMs);
        atMs += (recorded[next] as number) * stretch;
        next = (next + 1) % recorded.length;
      }
      return Float64Array.from(arrivals);
    },
  };
}

const MS_PER_S = 1000;
