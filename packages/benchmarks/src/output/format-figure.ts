/** Units by the ending of a metric's name, longest first. */
const UNITS: readonly (readonly [ending: string, unit: string])[] = [
  ['PerSecond', '/s'],
  ['NsPerMessage', ' ns'],
  ['NsPerRequest', ' ns'],
  ['MsPer1000', ' ms'],
  ['Us', ' µs'],
  ['Ms', ' ms'],
  ['Mb', ' MB'],
];

/** Three significant digits, so that a difference in the last one shown is not noise; thousands are grouped. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = Number(value.toPrecision(SIGNIFICANT_DIGITS));
  return Math.abs(rounded) >= 1000 ? rounded.toLocaleString('en-US') : String(rounded);
}

/** A figure with the unit that its metric's name ends in: `p99Us` 12.3 is `12.3 µs`. */
export function formatFigure(metric: string, value: number): string {
  return `${formatNumber(value)}${unitOf(metric)}`;
}

/** The unit of a metric with a space before it where one belongs; empty for a plain number. */
function unitOf(metric: string): string {
  return UNITS.find(([ending]) => metric.endsWith(ending))?.[1] ?? '';
}

const SIGNIFICANT_DIGITS = 3;
