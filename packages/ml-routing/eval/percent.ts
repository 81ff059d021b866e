/** A part of one as the pages show it: `12.50 %`. */
export function percent(part: number, decimals: number = 2): string {
  return `${(100 * part).toFixed(decimals)} %`;
}
