/** A whole number with its thousands apart: `1,234,567`. Not a matter of the machine's language: reports are compared as text. */
export function formatCount(value: number): string {
  const digits = Math.round(Math.abs(value)).toString();
  let grouped = '';
  for (let i = 0; i < digits.length; i += 1) {
    if (i > 0 && (digits.length - i) % 3 === 0) grouped += ',';
    grouped += digits[i] ?? '';
  }
  return value < 0 ? `-${grouped}` : grouped;
}

/** A time span in the unit that fits it: `85 µs`, `1.24 ms`, `2.5 s`; a dash for what was never measured. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${formatCount(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Market time as a clock shows it: `00:07.2`, `16:04:31.0`. */
export function formatClock(micros: number): string {
  const tenths = Math.floor(micros / 100_000);
  const seconds = Math.floor(tenths / 10);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const tail = `${twoDigits(minutes)}:${twoDigits(seconds % 60)}.${tenths % 10}`;
  return hours === 0 ? tail : `${twoDigits(hours)}:${tail}`;
}

/** A long time in its two largest units: `3 min 20 s`, `2 d 4 h`. */
export function formatLongTime(micros: number): string {
  const seconds = Math.round(micros / 1_000_000);
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor((seconds % 86_400) / 3600)],
    ['min', Math.floor((seconds % 3600) / 60)],
    ['s', seconds % 60],
  ] as const;
  const first = units.findIndex(([, value]) => value > 0);
  return (first < 0 ? units.slice(-1) : units.slice(first, first + 2))
    .map(([unit, value]) => `${value} ${unit}`)
    .join(' ');
}

export function formatSpeed(speed: number): string {
  return speed === Number.POSITIVE_INFINITY ? 'max speed' : `${speed}×`;
}

/** Texts of numbers padded on the right so that their points stand in one column once they are right-aligned. */
export function alignPoints(texts: readonly string[]): readonly string[] {
  const fractions = texts.map((text) => (text.includes('.') ? text.length - text.indexOf('.') : 0));
  const widest = Math.max(0, ...fractions);
  return texts.map((text, index) => text + ' '.repeat(widest - (fractions[index] ?? 0)));
}

/** A bar of ten cells, at least one of them filled unless the share is nothing. */
export function gauge(share: number): string {
  const cells = share <= 0 ? 0 : Math.min(GAUGE_CELLS, Math.max(1, Math.round(share * GAUGE_CELLS)));
  return '█'.repeat(cells) + '░'.repeat(GAUGE_CELLS - cells);
}

const GAUGE_CELLS = 10;

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0');
}
