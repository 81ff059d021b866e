/** A part of one as people read it: `12.5 %`. */
export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
