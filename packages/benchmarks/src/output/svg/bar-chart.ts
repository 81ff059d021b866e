import { colourOf, INK_COLOUR, line, picture, px, text } from './drawing.ts';
import { linearScale } from './scale.ts';

/** One bar, and how far its rounds lie apart. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Which colour; the place in the list of contenders. */
  readonly index: number;
  /** The figure as it is to be read. */
  readonly label: string;
}

const NAME_WIDTH = 200;
const LABEL_WIDTH = 130;
const PLOT_WIDTH = 420;
const TOP = 44;
const ROW = 26;
const WIDTH = NAME_WIDTH + PLOT_WIDTH + LABEL_WIDTH;

/** Horizontal bars from zero, with a whisker from the lower to the upper quartile of the rounds. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const to = Math.max(...bars.map(({ value, high }) => Math.max(value, high)));
  const scale = linearScale({ from: 0, to, start: NAME_WIDTH, end: NAME_WIDTH + PLOT_WIDTH });
  const bottom = TOP + bars.length * ROW;
  const grid = scale.ticks.map((tick) => line([scale.position(tick), TOP], [scale.position(tick), bottom]));
  const rows = bars.flatMap(({ name, value, low, high, index, label }, row) => {
    const y = TOP + row * ROW;
    const end = scale.position(value);
    const middle = y + ROW / 2;
    return [
      text(name, { x: NAME_WIDTH - 8, y: middle + 4, anchor: 'end' }),
      `<rect x="${px(NAME_WIDTH)}" y="${px(y + 4)}" width="${px(Math.max(1, end - NAME_WIDTH))}" height="${px(ROW - 8)}" fill="${colourOf(index)}"/>`,
      line([scale.position(low), middle], [scale.position(high), middle], INK_COLOUR),
      text(label, { x: Math.max(end, scale.position(high)) + 6, y: middle + 4 }),
    ];
  });
  return picture(title, { width: WIDTH, height: bottom + 16 }, [...grid, ...rows]);
}
