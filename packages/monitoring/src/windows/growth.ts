/** How much a counter grew: one that fell was reset and counts from zero; where one of the two was not there it counts as nothing. */
export function grown(end: number, start: number): number {
  if (!Number.isFinite(end) || !Number.isFinite(start)) return 0;
  return end >= start ? end - start : end;
}
