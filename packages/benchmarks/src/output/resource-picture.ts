import type { ResourceSample } from '../measuring/resources.ts';
import { formatNumber } from './format-figure.ts';
import { colourOf, line, picture, px, text } from './svg/drawing.ts';
import { linearScale } from './svg/scale.ts';

/** The course of one process. */
export interface ResourceCourse {
  readonly name: string;
  /** Which colour. */
  readonly index: number;
  readonly curve: readonly ResourceSample[];
}

interface Panel {
  readonly title: string;
  readonly valueOf: (sample: ResourceSample, before: ResourceSample | undefined) => number;
}

const MS_PER_S = 1000;
const BYTES_PER_MB = 1e6;
const PERCENT = 100;

const PANELS: readonly Panel[] = [
  {
    title: 'CPU, % of a core',
    valueOf: (sample, before) =>
      before === undefined || sample.atMs <= before.atMs
        ? 0
        : (PERCENT * (sample.cpuMs - before.cpuMs)) / (sample.atMs - before.atMs),
  },
  { title: 'event loop busy, %', valueOf: ({ eventLoopUtilization }) => PERCENT * eventLoopUtilization },
  { title: 'heap in use, MB', valueOf: ({ heapUsedBytes }) => heapUsedBytes / BYTES_PER_MB },
  { title: 'resident memory, MB', valueOf: ({ rssBytes }) => rssBytes / BYTES_PER_MB },
];

const PANEL = { width: 300, height: 130, left: 56, top: 66, gapX: 70, gapY: 58 } as const;
const WIDTH = 2 * PANEL.width + PANEL.gapX + PANEL.left + 24;
const LEGEND_ROW = 20;

/** CPU, event loop, heap and resident memory over time: four panels from zero, a curve a process. */
export function resourcePicture(title: string, courses: readonly ResourceCourse[]): string {
  const lastMs = Math.max(1, ...courses.map(({ curve }) => curve.at(-1)?.atMs ?? 0));
  const panels = PANELS.flatMap((panel, place) => drawPanel(panel, { place, courses, lastMs }));
  const legendTop = PANEL.top + 2 * PANEL.height + PANEL.gapY + 50;
  const shown = courses.length > 1 ? courses : [];
  const legend = shown.flatMap(({ name, index }, row) => [
    `<rect x="${PANEL.left}" y="${px(legendTop + row * LEGEND_ROW)}" width="12" height="12" fill="${colourOf(index)}"/>`,
    text(name, { x: PANEL.left + 18, y: legendTop + row * LEGEND_ROW + 10 }),
  ]);
  const height = legendTop + shown.length * LEGEND_ROW + 4;
  return picture(title, { width: WIDTH, height }, [...panels, ...legend]);
}

function drawPanel(
  { title, valueOf }: Panel,
  {
    place,
    courses,
    lastMs,
  }: { readonly place: number; readonly courses: readonly ResourceCourse[]; readonly lastMs: number },
): readonly string[] {
  const left = PANEL.left + (place % 2) * (PANEL.width + PANEL.gapX);
  const top = PANEL.top + Math.floor(place / 2) * (PANEL.height + PANEL.gapY);
  const [right, bottom] = [left + PANEL.width, top + PANEL.height];
  const series = courses.map(({ curve, index }) => ({
    index,
    // The first sample has no time before it, and so no share of it.
    points: curve.slice(1).map((sample, i) => [sample.atMs, valueOf(sample, curve[i])] as const),
  }));
  const highest = Math.max(...series.flatMap(({ points }) => points.map(([, value]) => value)), 0) || 1;
  const x = linearScale({ from: 0, to: lastMs / MS_PER_S, start: left, end: right });
  const y = linearScale({ from: 0, to: highest, start: bottom, end: top });
  return [
    text(title, { x: left, y: top - 8 }),
    ...y.ticks.flatMap((tick) => [
      line([left, y.position(tick)], [right, y.position(tick)]),
      text(formatNumber(tick), { x: left - 6, y: y.position(tick) + 4, anchor: 'end', size: 11 }),
    ]),
    ...x.ticks.map((tick) =>
      text(`${formatNumber(tick)} s`, { x: x.position(tick), y: bottom + 16, anchor: 'middle', size: 11 }),
    ),
    ...series.map(({ index, points }) => {
      const places = points.map(([atMs, value]) => `${px(x.position(atMs / MS_PER_S))},${px(y.position(value))}`);
      return `<polyline points="${places.join(' ')}" fill="none" stroke="${colourOf(index)}" stroke-width="2"/>`;
    }),
  ];
}
