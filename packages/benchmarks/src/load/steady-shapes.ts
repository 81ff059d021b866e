import { NOT_NEGATIVE, POSITIVE, checkNumber, invalidOption } from '../checks.ts';
import type { LoadShape } from './load-shape.ts';
import { arrivalsOfCourse, type RatePoint, type Spacing } from './rate-course.ts';

/** A rate that stays. */
export interface ConstantLoadOptions {
  readonly perSecond: number;
  readonly durationMs: number;
  /** Default `even`. */
  readonly spacing?: Spacing | undefined;
}

/** A rate that moves along a straight line. */
export interface RampLoadOptions {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  readonly durationMs: number;
  /** Default `even`. */
  readonly spacing?: Spacing | undefined;
}

/** A rate with one sudden excess. */
export interface SpikeLoadOptions {
  readonly perSecond: number;
  readonly spikePerSecond: number;
  /** When the spike begins. */
  readonly atMs: number;
  /** How long it lasts. */
  readonly forMs: number;
  readonly durationMs: number;
  /** Default `even`. */
  readonly spacing?: Spacing | undefined;
}

/**
 * The same rate from beginning to end.
 *
 * @throws ValidationError `INVALID_OPTIONS` for a rate or a duration that is not above 0.
 */
export function constantLoad(options: ConstantLoadOptions): LoadShape {
  const perSecond = checkNumber('perSecond', options.perSecond, POSITIVE);
  const durationMs = checkNumber('durationMs', options.durationMs, POSITIVE);
  return courseShape(`constant ${perSecond}/s`, options.spacing, [
    { atMs: 0, perSecond },
    { atMs: durationMs, perSecond },
  ]);
}

/**
 * From one rate to another along a straight line: where it stops keeping up is the capacity of a bus.
 *
 * @throws ValidationError `INVALID_OPTIONS` for a rate below 0 or a duration that is not above 0.
 */
export function rampLoad(options: RampLoadOptions): LoadShape {
  const from = checkNumber('fromPerSecond', options.fromPerSecond, NOT_NEGATIVE);
  const to = checkNumber('toPerSecond', options.toPerSecond, NOT_NEGATIVE);
  const durationMs = checkNumber('durationMs', options.durationMs, POSITIVE);
  return courseShape(`ramp ${from}-${to}/s`, options.spacing, [
    { atMs: 0, perSecond: from },
    { atMs: durationMs, perSecond: to },
  ]);
}

/**
 * A steady rate with one spike, which begins and ends at once.
 *
 * @throws ValidationError `INVALID_OPTIONS` for numbers out of range, or a spike that does not lie within the duration.
 */
export function spikeLoad(options: SpikeLoadOptions): LoadShape {
  const perSecond = checkNumber('perSecond', options.perSecond, POSITIVE);
  const spike = checkNumber('spikePerSecond', options.spikePerSecond, POSITIVE);
  const atMs = checkNumber('atMs', options.atMs, NOT_NEGATIVE);
  const endMs = atMs + checkNumber('forMs', options.forMs, POSITIVE);
  const durationMs = checkNumber('durationMs', options.durationMs, POSITIVE);
  if (endMs > durationMs) throw invalidOption('forMs', `an end within the duration of ${durationMs} ms`, endMs);
  return courseShape(`spike ${perSecond}-${spike}/s`, options.spacing, [
    { atMs: 0, perSecond },
    { atMs, perSecond },
    { atMs, perSecond: spike },
    { atMs: endMs, perSecond: spike },
    { atMs: endMs, perSecond },
    { atMs: durationMs, perSecond },
  ]);
}

/** A shape along a course of rates. */
function courseShape(name: string, spacing: Spacing | undefined, points: readonly RatePoint[]): LoadShape {
  return {
    name,
    durationMs: points.at(-1)?.atMs ?? 0,
    arrivalsMs: (random) => arrivalsOfCourse(points, spacing ?? 'even', random),
  };
}
