/** How sure a test has to be: the share of pairs without a common course that it takes for cointegrated. */
export type Significance = 0.01 | 0.05 | 0.1;

/**
 * What the statistic of an augmented Dickey-Fuller test on the residuals of a regression with a constant of one series on one other has to be
 * at most. Response surface for two variables: MacKinnon, "Critical Values for Cointegration Tests", Queen's Economics Department Working
 * Paper 1227 (2010), table 2.
 */
export function criticalValue(significance: Significance, observations: number): number {
  const [limit, first, second] = SURFACES[significance];
  return limit + first / observations + second / (observations * observations);
}

/**
 * The probability of a statistic as low as this, or lower, for two series without a common course: asymptotically, to about three digits.
 * Response surface for two variables with a constant: MacKinnon, "Approximate Asymptotic Distribution Functions for Unit-Root and
 * Cointegration Tests", Journal of Business & Economic Statistics 12 (1994), with the coefficients of 2010.
 */
export function probabilityOf(statistic: number): number {
  if (statistic > HIGHEST) return 1;
  if (statistic < LOWEST) return 0;
  const coefficients = statistic <= TURN ? LEFT : RIGHT;
  return normalDistribution(coefficients.reduceRight((sum, coefficient) => sum * statistic + coefficient, 0));
}

/**
 * The standard normal distribution function, to 1e-14, within 7 standard deviations, where the surfaces stay (West, "Better
 * approximations to cumulative normal functions", Wilmott Magazine, May 2005, after Hart).
 */
export function normalDistribution(x: number): number {
  const size = Math.min(Math.abs(x), FARTHEST);
  const upper = NUMERATOR.reduce((sum, coefficient) => sum * size + coefficient, 0);
  const lower = DENOMINATOR.reduce((sum, coefficient) => sum * size + coefficient, 0);
  const tail = (Math.exp((-size * size) / 2) * upper) / lower;
  return x > 0 ? 1 - tail : tail;
}

const SURFACES: Readonly<Record<Significance, readonly [number, number, number]>> = {
  0.01: [-3.89644, -10.9519, -33.527],
  0.05: [-3.33613, -6.1101, -6.823],
  0.1: [-3.04445, -4.2412, -2.72],
};

// From the constant term up.
const LEFT = [2.92, 1.5012, 0.039796];
const RIGHT = [2.1945, 0.64695, -0.29198, -0.042377];
const TURN = -2.62;
const LOWEST = -18.86;
const HIGHEST = 0.92;

// From the highest power down.
const NUMERATOR = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const DENOMINATOR = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];
const FARTHEST = 7;
