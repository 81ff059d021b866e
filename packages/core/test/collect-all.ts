import type { MetricsSink, Part } from '@tradewind/core-types';

/** Reads something and everything below it: each part writes its own series, and not those of its parts. */
export function collectAll(part: Partial<Part>, into: MetricsSink): void {
  part.collect?.(into);
  for (const child of part.parts?.() ?? []) collectAll(child, into);
}
