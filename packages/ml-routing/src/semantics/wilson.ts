/**
 * The interval in which a probability lies, given how often something succeeded (Wilson 1927): unlike the plain share it stays within 0 to 1
 * and is honest about few trials. Counts may be fractional, as decayed ones are. `z`: 1.96 for 95 %.
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  z: number,
): { readonly lower: number; readonly upper: number } {
  if (!(trials > 0)) return { lower: 0, upper: 1 };
  const share = Math.min(1, Math.max(0, successes / trials));
  const squared = z * z;
  const scale = 1 + squared / trials;
  const middle = (share + squared / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + squared / (4 * trials * trials));
  // At the ends the bound is exact; rounding may leave it a hair off.
  return {
    lower: share === 0 ? 0 : Math.max(0, middle - half),
    upper: share === 1 ? 1 : Math.min(1, middle + half),
  };
}
