import { setImmediate as nextTurn } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import type { FamilyView } from '../scraping/family.ts';
import type { Series } from '../scraping/series.ts';
import type { HistogramLines } from './histogram-lines.ts';

/** The text format 0.0.4 of Prometheus. */
export const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** Which series a text has. */
export interface TextOptions {
  /** All series, without the bounds. Default false. */
  readonly detail?: boolean | undefined;
}

/** What can be written: the families of one monitoring, with the buckets that its level shows. */
export interface Exposed {
  families(): Iterable<FamilyView>;
  family(name: string): FamilyView | undefined;
  readonly histograms: HistogramLines;
}

/**
 * Writes the families of several monitorings as one text, piece by piece: all series of a name together, as Prometheus wants it.
 *
 * Pieces are some 16 kB; after each millisecond the event loop has its turn, so that 100,000 series hold nobody up.
 * What is written is read when its piece is made: values of one text may be some milliseconds apart.
 */
export async function* textOf(exposed: readonly Exposed[], { detail = false }: TextOptions): AsyncGenerator<string> {
  let piece = '';
  let sliceEndsAt = performance.now() + SLICE_MS;
  for (const { series, histograms, header } of blocks(exposed, detail)) {
    piece += header;
    for (const one of series) {
      piece += one.histogram === undefined ? line(one) : histogramLines(one, histograms);
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

/** The series of one family of one monitoring; the first of a name has its header. */
interface Block {
  readonly header: string;
  readonly series: Iterable<Series>;
  readonly histograms: HistogramLines;
}

function* blocks(exposed: readonly Exposed[], detail: boolean): Iterable<Block> {
  const written = new Set<string>();
  for (const each of exposed) {
    for (const family of each.families()) {
      if (written.has(family.name)) continue;
      written.add(family.name);
      let header = headerOf(family);
      for (const { histograms, ...other } of withSame(exposed, family)) {
        yield { header, histograms, series: detail ? other.family.everySeries : other.family.series };
        header = '';
      }
    }
  }
}

/** A name is of one kind: what another monitoring has under it of another kind has no place in the text. */
function* withSame(
  exposed: readonly Exposed[],
  { name, kind }: FamilyView,
): Iterable<{ readonly family: FamilyView; readonly histograms: HistogramLines }> {
  for (const each of exposed) {
    const family = each.family(name);
    if (family?.kind === kind) yield { family, histograms: each.histograms };
  }
}

function headerOf({ name, help, kind }: FamilyView): string {
  const text = help === '' ? name : help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${name} ${text}\n# TYPE ${name} ${kind}\n`;
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
const SLICE_MS = 1;
