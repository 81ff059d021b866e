import { lazily } from './lazily.ts';

/** A number for people: digits and unit apart, so that a page can set them apart. */
export interface Quantity {
  /** `12.3`; an en dash where there is no number. */
  readonly digits: string;
  /** `ms`; empty where there is none. */
  readonly unit: string;
}

/** What a number counts, and so how it is written. */
export type Unit = 'count' | 'perSecond' | 'seconds' | 'ms' | 'bytes' | 'ratio' | 'number';

/** Writes a number with three significant digits in the unit that keeps it short. NaN and undefined are a dash. */
export function quantity(value: number | undefined | null, unit: Unit): Quantity {
  if (value === undefined || value === null || Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return { digits: value > 0 ? '∞' : '−∞', unit: '' };
  switch (unit) {
    case 'count':
      return scaled(value, COUNTS, '');
    case 'perSecond':
      return scaled(value, COUNTS, '/s');
    case 'seconds':
      return duration(value);
    case 'ms':
      return duration(value / 1_000);
    case 'bytes':
      return scaled(value, BYTES, '');
    case 'ratio':
      return { digits: significant(value * 100, 2), unit: '%' };
    case 'number':
      return { digits: significant(value, 3), unit: '' };
  }
}

/** The same as one text: `12.3 ms`, with a space that does not break. */
export function text(value: number | undefined | null, unit: Unit): string {
  const { digits, unit: shown } = quantity(value, unit);
  return shown === '' ? digits : `${digits}${SPACE}${shown}`;
}

/** All digits of a count: `1,234,567`. */
export function exact(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? DASH : WHOLE().format(value);
}

/** What rates and percentiles are of: `of the last 5 s`. To a tenth, so that a frame that comes a moment later reads the same. */
export function stretchText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return 'not measured yet';
  return `of the last ${text(Number(seconds.toPrecision(2)), 'seconds')}`;
}

function duration(seconds: number): Quantity {
  const size = Math.abs(seconds);
  if (size === 0) return { digits: '0', unit: 'ms' };
  if (size < 1e-6) return { digits: significant(seconds * 1e9), unit: 'ns' };
  if (size < 1e-3) return { digits: significant(seconds * 1e6), unit: 'µs' };
  if (size < 1) return { digits: significant(seconds * 1e3), unit: 'ms' };
  if (size < 120) return { digits: significant(seconds), unit: 's' };
  if (size < 7_200) return { digits: significant(seconds / 60), unit: 'min' };
  if (size < 172_800) return { digits: significant(seconds / 3_600), unit: 'h' };
  return { digits: significant(seconds / 86_400), unit: 'd' };
}

function scaled(value: number, steps: readonly (readonly [number, string])[], per: string): Quantity {
  // Rounded first, so that 999.9 becomes 1 k and not 1000.
  const rounded = Number(value.toPrecision(3));
  for (const [size, prefix] of steps) {
    if (Math.abs(rounded) >= size) return { digits: significant(value / size), unit: `${prefix}${per}` };
  }
  return { digits: significant(value), unit: `${steps.at(-1)?.[1] ?? ''}${per}` };
}

/** Three significant digits, and all those before the point; of small numbers at most so many behind it. */
function significant(value: number, decimals = 15): string {
  const precise = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  const rounded = decimals < 15 ? Number(precise.toFixed(decimals)) : precise;
  return WHOLE()
    .format(rounded === 0 ? 0 : rounded)
    .replace('-', '−');
}

const WHOLE = lazily(() => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 15 }));
const COUNTS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const;
const BYTES = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
  [1, 'B'],
] as const;
const DASH = '–';
const SPACE = '\u202F';
const NOTHING: Quantity = { digits: DASH, unit: '' };
