import type { CalibrationBin } from './scores.ts';

/** One curve: how sure somebody was, and how often right. */
export interface CalibrationCurve {
  readonly name: string;
  readonly bins: readonly CalibrationBin[];
}

/** How often the most probable regime was the true one, by its probability; on the diagonal probabilities mean what they say. Points grow with their number. */
export function calibrationChart(title: string, curves: readonly CalibrationCurve[]): string {
  const x = (sure: number): number => LEFT + sure * SIZE;
  const y = (right: number): number => TOP + (1 - right) * SIZE;
  const ticks = [0.2, 0.4, 0.6, 0.8, 1].map(
    (tick) =>
      `<line x1="${LEFT}" x2="${LEFT + SIZE}" y1="${y(tick)}" y2="${y(tick)}" stroke="#ddd"/>` +
      `<text x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>` +
      `<text x="${x(tick)}" y="${TOP + SIZE + 18}" text-anchor="middle">${tick}</text>`,
  );
  const lines = curves.flatMap(({ name, bins }, at) => {
    const colour = COLOURS[at] ?? '#333';
    const all = bins.reduce((sum, { count }) => sum + count, 0);
    const points = bins.map(({ sure, right }) => `${x(sure).toFixed(1)},${y(right).toFixed(1)}`).join(' ');
    const dots = bins.map(
      ({ sure, right, count }) =>
        `<circle cx="${x(sure).toFixed(1)}" cy="${y(right).toFixed(1)}" r="${(2 + 8 * Math.sqrt(count / all)).toFixed(1)}" fill="${colour}" fill-opacity="0.6">` +
        `<title>${name}: sure ${sure.toFixed(2)}, right ${right.toFixed(2)}, ${count} observations</title></circle>`,
    );
    return [
      `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      ...dots,
      `<rect x="${LEFT + at * 130}" y="${TOP + SIZE + 44}" width="12" height="12" fill="${colour}"/>`,
      `<text x="${LEFT + at * 130 + 18}" y="${TOP + SIZE + 54}">${name}</text>`,
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + SIZE + 40}" height="${TOP + SIZE + 70}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${LEFT}" y="20" font-size="14">${title}</text>`,
    ...ticks,
    `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#333" stroke-dasharray="4 4"/>`,
    `<text x="${x(0.5)}" y="${TOP + SIZE + 34}" text-anchor="middle">probability of the most probable regime</text>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

const LEFT = 48;
const TOP = 36;
const SIZE = 360;
const COLOURS = ['#2471a3', '#d98880', '#8c8c8c'];
