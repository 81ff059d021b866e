import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const CSS = readFileSync(new URL('../../ui/styles/tokens.css', import.meta.url), 'utf8');
const TOKENS = new Map(
  [...CSS.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, [light, dark] as const],
  ),
);

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What stands on what: text needs 4.5 to 1, lines of charts and borders of controls 3 to 1. */
const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['ink', ['ground', 'panel', 'raised', 'good-ground', 'info-ground', 'warning-ground', 'critical-ground']],
  ['ink-quiet', ['ground', 'panel', 'raised']],
  ['accent', ['ground', 'panel', 'raised', 'info-ground']],
  ['accent-ink', ['accent']],
  ['good', ['panel', 'ground', 'raised', 'good-ground']],
  ['info', ['panel', 'ground', 'raised', 'info-ground']],
  ['warning', ['panel', 'ground', 'raised', 'warning-ground']],
  ['critical', ['panel', 'ground', 'raised', 'critical-ground']],
];
const LINES: readonly (readonly [string, readonly string[]])[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((series) => [`series-${series}`, ['panel']] as const),
  ['line-strong', ['panel', 'ground']],
];

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the %s theme', (_theme, which) => {
  const of = (token: string): string => {
    const found = TOKENS.get(token)?.[which];
    if (found === undefined) throw new Error(`Expected a token --${token} with a colour for each theme.`);
    return found;
  };
  const pairs = (rows: typeof TEXT) =>
    rows.flatMap(([front, grounds]) => grounds.map((ground) => [front, ground] as const));

  test.each(pairs(TEXT))('%s can be read on %s', (front, ground) => {
    expect(contrast(of(front), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(LINES))('%s can be seen on %s', (front, ground) => {
    expect(contrast(of(front), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

test('black on white is 21 to 1, as the standard says', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
});
