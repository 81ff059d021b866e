import { colourOf, line, picture, px, text } from './drawing.ts';
import type { Scale } from './scale.ts';

/** One curve. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Which colour; the place in the list of contenders. */
  readonly index: number;
}

/** How a chart of curves is drawn. */
export interface LineChartOptions {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** Made for the plot's width: positions from {@link PLOT}.left to its right. */
  readonly x: Scale;
  /** Made for the plot's height: positions from {@link PLOT}.bottom up to its top. */
  readonly y: Scale;
  readonly xName: string;
  readonly yName: string;
  readonly xText: (tick: number) => string;
  readonly yText: (tick: number) => string;
}

/** Where the plot lies within the picture, in pixels. */
export const PLOT = { left: 80, right: 560, top: 52, bottom: 360 } as const;

const WIDTH = 780;
const HEIGHT = 410;
const LEGEND = { x: PLOT.right + 20, row: 20 } as const;

/** Curves over two axes with a legend. */
export function lineChart(options: LineChartOptions): string {
  const { title, curves, x, y } = options;
  const xMarks = x.ticks.flatMap((tick) => [
    line([x.position(tick), PLOT.top], [x.position(tick), PLOT.bottom]),
    text(options.xText(tick), { x: x.position(tick), y: PLOT.bottom + 18, anchor: 'middle', size: 11 }),
  ]);
  const yMarks = y.ticks.flatMap((tick) => [
    line([PLOT.left, y.position(tick)], [PLOT.right, y.position(tick)]),
    text(options.yText(tick), { x: PLOT.left - 8, y: y.position(tick) + 4, anchor: 'end', size: 11 }),
  ]);
  const lines = curves.map(({ points, index }) => {
    const places = points.map(([xValue, yValue]) => [x.position(xValue), y.position(yValue)] as const);
    const path = visible(places)
      .map(([left, top]) => `${px(left)},${px(top)}`)
      .join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colourOf(index)}" stroke-width="2"/>`;
  });
  const legend = curves.flatMap(({ name, index }, row) => [
    `<rect x="${LEGEND.x}" y="${px(PLOT.top + row * LEGEND.row)}" width="12" height="12" fill="${colourOf(index)}"/>`,
    text(name, { x: LEGEND.x + 18, y: PLOT.top + row * LEGEND.row + 10 }),
  ]);
  const names = [
    text(options.xName, { x: (PLOT.left + PLOT.right) / 2, y: PLOT.bottom + 38, anchor: 'middle' }),
    text(options.yName, { x: 16, y: PLOT.top - 8, size: 11 }),
  ];
  return picture(title, { width: WIDTH, height: HEIGHT }, [...xMarks, ...yMarks, ...names, ...lines, ...legend]);
}

/** Without the points that lie less than a pixel from the one before: a histogram has thousands that nobody can tell apart. The last one stays. */
function visible(places: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const [index, place] of places.entries()) {
    const before = kept.at(-1);
    const isFar = before === undefined || Math.hypot(place[0] - before[0], place[1] - before[1]) >= 1;
    if (isFar || index === places.length - 1) kept.push(place);
  }
  return kept;
}
