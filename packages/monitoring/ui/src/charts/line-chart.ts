import uPlot from 'uplot';
import { lazily } from '../format/lazily.ts';
import { text, type Unit } from '../format/quantity.ts';
import { colour, seriesToken } from '../drawing/canvas-colours.ts';
import { onTheme } from '../state/theme.ts';
import { crossHair, type Follower } from './cross-hair.ts';
import { decimate, type Columns } from './decimate.ts';
import { denseLine } from './dense-line.ts';
import type { Drawable } from '../drawing/frame-scheduler.ts';
import { frames } from '../drawing/frames.ts';

/** What a chart draws: columns that grow, and the stretch of time that is seen. */
export interface ChartSource {
  /** The names of the series, in the order of the columns. */
  readonly names: readonly string[];
  readonly columns: Columns;
  /** The first and the last time that are seen, in seconds since the epoch. */
  range(): readonly [from: number, to: number];
  /** Calls back when there is something new. @returns What ends it. */
  subscribe(listener: () => void): () => void;
}

/** What is written beside the names of the series: at the cursor, otherwise the newest. */
interface Reading {
  readonly values: readonly (number | null | undefined)[];
}

export interface LineChartOptions {
  readonly unit: Unit;
  /** Moments that are marked, in milliseconds since the epoch. */
  readonly marksMs: readonly number[];
  readonly onReading: (reading: Reading) => void;
}

/**
 * A chart of lines over time on a canvas, which draws only while it can be seen, in its turn.
 *
 * Its size is that of its element; it follows when that changes. The cross-hair is at the pointer at once, and in all other charts in their turns: with
 * six charts at once a move of the pointer would take longer than a frame.
 */
export class LineChart implements Drawable, Follower {
  readonly #root: HTMLElement;
  readonly #source: ChartSource;
  readonly #options: LineChartOptions;
  readonly #hidden = new Set<number>();
  readonly #ends: (() => void)[] = [];
  #plot: uPlot | undefined;
  #width = 0;
  #height = 0;
  #isSeen = false;
  /** Whether the pointer is over it. */
  #isPointed = false;
  #isDrawing = false;
  /** Whether points stand denser than pixels. */
  #isDense = false;
  /** Where the pointer is over another chart. */
  #followed: number | undefined;
  readonly #following: Drawable = { draw: () => this.#drawFollowed() };

  constructor(root: HTMLElement, source: ChartSource, options: LineChartOptions) {
    this.#root = root;
    this.#source = source;
    this.#options = options;
    const sizes = new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry?.contentRect.width ?? 0);
      this.#height = Math.floor(entry?.contentRect.height ?? 0);
      this.#ask();
    });
    const sights = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry?.isIntersecting ?? false;
      this.#ask();
    });
    sizes.observe(root);
    sights.observe(root);
    this.#ends.push(
      () => sizes.disconnect(),
      () => sights.disconnect(),
      source.subscribe(() => this.#ask()),
      onTheme(() => this.#ask()),
      crossHair.join(this),
    );
  }

  follow(time: number | undefined): void {
    this.#followed = time;
    if (this.#plot !== undefined) frames.ask(this.#following);
  }

  /** Shows or hides a series. */
  show(index: number, isShown: boolean): void {
    if (isShown) this.#hidden.delete(index);
    else this.#hidden.add(index);
    this.#plot?.setSeries(index + 1, { show: isShown });
    this.#ask();
  }

  /** Makes all others pale, so that a series is found without its colour; undefined: none. */
  focus(index: number | undefined): void {
    this.#plot?.setSeries(index === undefined ? null : index + 1, { focus: index !== undefined });
  }

  draw(): void {
    if (!this.#isSeen || this.#width === 0 || this.#height === 0) return;
    const size = { width: this.#width, height: this.#height };
    const plot = (this.#plot ??= this.#begin(size));
    const { columns } = this.#source;
    const [from, to] = this.#source.range();
    const pixels = Math.max(1, size.width - AXIS_WIDTH);
    const drawn = decimate(columns, pixels, from, to);
    this.#isDense = drawn[0].length > pixels;
    this.#isDrawing = true;
    plot.batch(() => {
      if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
      plot.setData(drawn, false);
      plot.setScale('x', { min: from, max: to });
    });
    this.#isDrawing = false;
    this.#readCursor(plot);
  }

  destroy(): void {
    // News that is already on its way is for nobody.
    this.#isSeen = false;
    frames.forget(this);
    frames.forget(this.#following);
    for (const end of this.#ends) end();
    this.#plot?.destroy();
  }

  #begin(size: { readonly width: number; readonly height: number }): uPlot {
    const plot = new uPlot(this.#plotOptions(size), [[]], this.#root);
    plot.over.addEventListener('mouseenter', () => (this.#isPointed = true));
    // After uPlot's own listener, which tells that the pointer left.
    plot.over.addEventListener('mouseleave', () => (this.#isPointed = false));
    return plot;
  }

  /** The pointer moved. When the chart is drawn anew below it, others are too, and stay where they are. */
  #moved(plot: uPlot): void {
    if (this.#isDrawing) return;
    this.#readCursor(plot);
    const { left = OUTSIDE } = plot.cursor;
    if (this.#isPointed) crossHair.point(left < 0 ? undefined : plot.posToVal(left, 'x'), this);
  }

  #drawFollowed(): void {
    const plot = this.#plot;
    if (plot === undefined) return;
    const left = this.#followed === undefined ? OUTSIDE : plot.valToPos(this.#followed, 'x');
    const isInside = left >= 0 && left <= plot.over.clientWidth;
    plot.setCursor(isInside ? { left, top: 0 } : { left: OUTSIDE, top: OUTSIDE }, false);
    this.#readCursor(plot);
  }

  #ask(): void {
    if (this.#isSeen) frames.ask(this);
    else frames.forget(this);
  }

  #readNewest(): void {
    const { values } = this.#source.columns;
    this.#options.onReading({ values: values.map((column) => column[column.length - 1]) });
  }

  #readCursor(plot: uPlot): void {
    const { idx } = plot.cursor;
    if (idx === null || idx === undefined) return this.#readNewest();
    this.#options.onReading({ values: plot.data.slice(1).map((column) => column[idx]) });
  }

  #plotOptions(size: { readonly width: number; readonly height: number }): uPlot.Options {
    const axis = {
      stroke: () => colour('ink-quiet'),
      grid: { stroke: () => colour('line'), width: 1 },
      ticks: { show: false },
      font: AXIS_FONT,
    };
    const series = this.#source.names.map((_, index): uPlot.Series => ({
      stroke: () => colour(seriesToken(index)),
      width: LINE_WIDTH,
      points: { show: false },
      paths: (...line) => (this.#isDense ? null : (LINES?.(...line) ?? null)),
      show: !this.#hidden.has(index),
    }));
    return {
      ...size,
      legend: { show: false },
      focus: { alpha: 0.15 },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 6 },
      },
      padding: [8, 28, 0, 0],
      scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, max > 0 ? max * HEADROOM : 1] } },
      axes: [
        { ...axis, size: 24, space: 72, values: (...[, splits, , , step]) => timesOf(splits, step) },
        {
          ...axis,
          size: AXIS_WIDTH,
          space: 34,
          gap: 6,
          values: (_plot, splits) => splits.map((value) => text(value, this.#options.unit)),
        },
      ],
      series: [{}, ...series],
      hooks: {
        setCursor: [(plot) => this.#moved(plot)],
        drawSeries: [(plot, index) => this.#drawDense(plot, index)],
        draw: [(plot) => this.#drawMarks(plot)],
      },
    };
  }

  #drawDense(plot: uPlot, index: number): void {
    const { ctx, bbox, data, scales } = plot;
    const values = data[index];
    const { min: from, max: to } = scales['x'] ?? {};
    const { min: low, max: high } = scales['y'] ?? {};
    if (!this.#isDense || values === undefined) return;
    if (from === undefined || to === undefined || low === undefined || high === undefined) return;
    const pixel = Math.max(1, Math.round(uPlot.pxRatio));
    const columns = bbox.width / pixel;
    const place = {
      columnOf: (time: number) => Math.floor(((time - from) / (to - from)) * columns),
      heightOf: (value: number) => Math.round(((value - low) / (high - low)) * bbox.height),
    };
    ctx.save();
    ctx.globalAlpha = plot.series[index]?.alpha ?? 1;
    ctx.fillStyle = colour(seriesToken(index - 1));
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    denseLine(data[0], values, place, (bar) => {
      const top = bbox.top + bbox.height - bar.high - pixel;
      ctx.fillRect(bbox.left + bar.column * pixel, top, bar.columns * pixel, bar.high - bar.low + pixel);
    });
    ctx.restore();
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour('warning');
    ctx.lineWidth = 2 * uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    for (const markMs of this.#options.marksMs) {
      const x = plot.valToPos(markMs / 1_000, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

/** Of long stretches the day too; the seconds only where they tell something. */
function timesOf(splits: readonly number[], stepSeconds: number): string[] {
  const format = stepSeconds < 60 ? SECONDS() : stepSeconds < 43_200 ? MINUTES() : DAYS();
  return splits.map((seconds) => format.format(seconds * 1_000));
}

const SECONDS = lazily(
  () => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
);
const MINUTES = lazily(() => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }));
const DAYS = lazily(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }));
const AXIS_FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const AXIS_WIDTH = 64;
/** Where uPlot has a cursor that is not shown. */
const OUTSIDE = -10;
const HEADROOM = 1.08;
/** In pixels of the page. Where points stand denser than those, they are drawn as bars. */
const LINE_WIDTH = 1.5;
const LINES = uPlot.paths.linear?.();
