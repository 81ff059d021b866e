/** Groups of bars on a logarithmic axis around 1. */
export interface BarChart {
  readonly title: string;
  readonly groups: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Names of the bars of a group, in order. */
  readonly series: readonly string[];
}

/** The chart as SVG. */
export function barChart({ title, groups, series }: BarChart): string {
  const all = groups.flatMap(({ values }) => values);
  const low = Math.min(1, ...all) * 0.95;
  const high = Math.max(1, ...all) * 1.05;
  const y = (value: number): number =>
    TOP + (HEIGHT * Math.log(high / Math.min(high, Math.max(low, value)))) / Math.log(high / low);
  const groupWidth = series.length * BAR + GAP;
  const width = LEFT + groups.length * groupWidth + GAP;
  const bars = groups.flatMap(({ values }, group) =>
    values.map((value, at) => {
      const x = LEFT + group * groupWidth + at * BAR;
      const [from, to] = [y(Math.max(1, value)), y(Math.min(1, value))];
      return `<rect x="${x}" y="${from.toFixed(1)}" width="${BAR - 1}" height="${Math.max(1, to - from).toFixed(1)}" fill="${COLOURS[at]}"><title>${series[at]}: ${value.toFixed(3)}</title></rect>`;
    }),
  );
  const names = groups.map(({ name }, group) => {
    const x = LEFT + group * groupWidth + (series.length * BAR) / 2;
    return `<text x="${x}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${name}</text>`;
  });
  const ticks = TICKS.filter((tick) => tick >= low && tick <= high).map(
    (tick) =>
      `<line x1="${LEFT - 4}" x2="${width}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="${tick === 1 ? '#333' : '#ddd'}"/>` +
      `<text x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${tick}</text>`,
  );
  const legend = series.map(
    (name, at) =>
      `<rect x="${LEFT + at * 120}" y="${TOP + HEIGHT + 34}" width="12" height="12" fill="${COLOURS[at]}"/>` +
      `<text x="${LEFT + at * 120 + 18}" y="${TOP + HEIGHT + 44}">${name}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TOP + HEIGHT + 60}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<text x="${LEFT}" y="20" font-size="14">${title}</text>`,
    ...ticks,
    ...bars,
    ...names,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

const LEFT = 48;
const TOP = 36;
const HEIGHT = 300;
const BAR = 14;
const GAP = 26;
const TICKS = [0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20];
const COLOURS = ['#8c8c8c', '#c4c4c4', '#d98880', '#e0b060', '#2471a3'];
