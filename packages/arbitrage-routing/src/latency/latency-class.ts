/** How far away a venue or a path is, by its typical delay: below 1, 5, 20 and 100 ms, and beyond. */
export const LATENCY_CLASSES = ['ULTRA_LOW', 'LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH'] as const;
/** One of `LATENCY_CLASSES`. */
export type LatencyClass = (typeof LATENCY_CLASSES)[number];

/** Upper bounds of all classes but the last, in milliseconds. */
const BOUNDS_MS = [1, 5, 20, 100];
/** A bound is crossed for good only so far beyond it: a delay that hovers about it would change the path with every message. */
const HYSTERESIS = 0.1;

/**
 * The class of a delay, given the class so far: it is left only when the delay is a tenth beyond the bound between them (Schmitt trigger). Without a class so
 * far the bounds alone decide.
 */
export function latencyClassOf(delayMs: number, before?: LatencyClass): LatencyClass {
  let index = before === undefined ? plainIndexOf(delayMs) : LATENCY_CLASSES.indexOf(before);
  while (index < BOUNDS_MS.length && delayMs >= (BOUNDS_MS[index] as number) * (1 + HYSTERESIS)) index += 1;
  while (index > 0 && delayMs < (BOUNDS_MS[index - 1] as number) * (1 - HYSTERESIS)) index -= 1;
  return LATENCY_CLASSES[index] as LatencyClass;
}

function plainIndexOf(delayMs: number): number {
  const index = BOUNDS_MS.findIndex((bound) => delayMs < bound);
  return index === -1 ? BOUNDS_MS.length : index;
}
