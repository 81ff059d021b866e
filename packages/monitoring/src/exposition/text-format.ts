import { setImmediate as nextTurn } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import type { FamilyView } from '../scraping/family.ts';
import type { Series } from '../scraping/series.ts';
import type { HistogramLines } from './histogram-lines.ts';

/** The text format 0.0.4 of Prometheus. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Writes families as text, piece by piece.
 *
 * Pieces are some 16 kB; after each 2 ms the event loop has its turn, so that 100,000 series hold nobody up.
 * What is written is read when its piece is made: values of one text may be some milliseconds apart.
 */
export async function* textOf(
  families: Iterable<FamilyView>,
  histograms: HistogramLines,
  detail: boolean,
): AsyncGenerator<string> {
  let piece = '';
  let sliceEndsAt = performance.now() + SLICE_MS;
  for (const family of families) {
    piece += header(family);
    for (const series of detail ? family.everySeries : family.series) {
      piece += series.histogram === undefined ? line(series) : histogramLines(series, histograms);
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = '';
      if (performance.now() < sliceEndsAt) continue;
      await nextTurn();
      sliceEndsAt = performance.now() + SLICE_MS;
    }
  }
  if (piece !== '') yield piece;
}

function header({ name, help, kind }: FamilyView): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${kind}\n`;
}

function line({ name, labelText, value }: Series): string {
  return `${name}${labelText} ${numberText(value)}\n`;
}

function histogramLines({ name, labelText, histogram }: Series, histograms: HistogramLines): string {
  if (histogram === undefined) return '';
  const open = labelText === '' ? '{' : `${labelText.slice(0, -1)},`;
  let text = '';
  for (const { le, count } of histograms.buckets(histogram)) text += `${name}_bucket${open}le="${le}"} ${count}\n`;
  return `${text}${name}_sum${labelText} ${numberText(histogram.sum)}\n${name}_count${labelText} ${histogram.count}\n`;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (value === Infinity) return '+Inf';
  // What is no number at all must not spoil the rest of the text.
  return value === -Infinity ? '-Inf' : 'NaN';
}

const PIECE_CHARACTERS = 16_384;
const SLICE_MS = 2;
