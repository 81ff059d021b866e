import type { MetricLabels } from '@tradewind/core-types';

/** Fills the holes of a rule's text: `{{ $labels.name }}`, `{{ $value }}`, and a format behind a bar. As Prometheus does; a label that is missing is empty. */
export function rendered(template: string, labels: MetricLabels, value: number): string {
  return template.replaceAll(HOLE, (_hole, label: string | undefined, format: string | undefined) => {
    if (label !== undefined) return labels[label] ?? '';
    return FORMATS[format ?? 'plain']?.(value) ?? String(value);
  });
}

const HOLE = /\{\{ \$(?:labels\.(\w+)|value(?: \| (\w+))?) \}\}/g;

const FORMATS: Readonly<Record<string, (value: number) => string>> = {
  plain: (value) => String(value),
  humanize: humanized,
  humanizePercentage: (value) => `${fourDigits(value * 100)}%`,
  humanizeDuration: duration,
};

/** 1234567 as 1.235M, 0.00012 as 120u. */
function humanized(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return fourDigits(value);
  const prefixes = Math.abs(value) >= 1 ? LARGE : SMALL;
  const step = Math.abs(value) >= 1 ? 1 / 1000 : 1000;
  let [scaled, prefix] = [value, ''];
  for (const next of prefixes) {
    if (Math.abs(value) >= 1 ? Math.abs(scaled) < 1000 : Math.abs(scaled) >= 1) break;
    [scaled, prefix] = [scaled * step, next];
  }
  return fourDigits(scaled) + prefix;
}

/** 90061 s as 1d 1h 1m 1s; below a second with a prefix: 2.5ms. */
function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) return `${scaledDown(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  const rest = whole % 60;
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${rest}s`;
  if (minutes > 0) return `${sign}${minutes}m ${rest}s`;
  return `${fourDigits(seconds)}s`;
}

function scaledDown(value: number): string {
  let [scaled, prefix] = [value, ''];
  for (const next of SMALL) {
    if (Math.abs(scaled) >= 1) break;
    [scaled, prefix] = [scaled * 1000, next];
  }
  return fourDigits(scaled) + prefix;
}

/** Four significant digits, as `%.4g` writes them. */
function fourDigits(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(4)))));
  if (exponent >= -4 && exponent < 4) return String(Number(value.toPrecision(4)));
  const [mantissa = '', power = '0'] = Number(value.toPrecision(4)).toExponential().split('e');
  const digits = power.replace(/^[+-]/, '').padStart(2, '0');
  return `${mantissa}e${power.startsWith('-') ? '-' : '+'}${digits}`;
}

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
