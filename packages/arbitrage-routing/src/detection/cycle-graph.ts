import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';

/** Which cycles are looked for. */
export interface CycleOptions {
  /** Assets of the longest cycle, 3 to 6. Default 3. */
  readonly maxLength?: number | undefined;
  /** Within each venue, over all of them, or both. Default `venue`. */
  readonly scope?: 'venue' | 'all' | 'both' | undefined;
  /** Keys `venue:symbol`. Default: all spot instruments. */
  readonly instruments?: readonly string[] | undefined;
}

/** A way from one asset to another. */
export interface CycleStep {
  readonly slot: number;
  /** Whether the instrument is sold (base to quote) or bought (quote to base). */
  readonly isSale: boolean;
}

/** An ordered pair of assets in one scope, with all instruments that go this way, in the order of the configuration. */
export interface CycleEdge {
  readonly steps: readonly CycleStep[];
}

/** All simple cycles, found once. */
export interface CycleGraph {
  readonly edges: readonly CycleEdge[];
  /** For each cycle `C|scope|A>B>C|`, to which the instruments are added. */
  readonly prefixes: readonly string[];
  /** Edges of cycle `c` are `edgesOf[startOf[c]]` to `edgesOf[startOf[c + 1] - 1]`. */
  readonly startOf: Int32Array;
  readonly edgesOf: Int32Array;
}

/** Above it the configuration is refused: each cycle costs 36 to 144 bytes for its edges and some 60 for its name, and time whenever one of its edges changes. */
export const MAX_CYCLES = 2_000_000;

/**
 * Finds every simple cycle of 3 to `maxLength` assets, by depth-first search from the asset whose name comes first, so that each is
 * found once per direction and begins with its smallest name.
 *
 * @throws ValidationError `INVALID_OPTIONS` for lengths, instruments or a number of cycles out of bounds.
 */
export function findCycles(table: InstrumentTable, options: CycleOptions): CycleGraph {
  const maxLength = options.maxLength ?? MIN_LENGTH;
  if (!Number.isInteger(maxLength) || maxLength < MIN_LENGTH || maxLength > MAX_LENGTH) {
    throw invalid('cycles.maxLength', `an integer from ${MIN_LENGTH} to ${MAX_LENGTH}`, maxLength);
  }
  const chosen = chooseInstruments(table, options.instruments);
  const found: Found = { edges: [], prefixes: [], starts: [0], edgesOf: [] };
  const scope = options.scope ?? 'venue';
  if (scope !== 'all') {
    const venues = new Set(chosen.map(({ row }) => row.venue));
    for (const venue of venues)
      searchScope(
        venue,
        chosen.filter(({ row }) => row.venue === venue),
        maxLength,
        found,
      );
  }
  if (scope !== 'venue') searchScope('*', chosen, maxLength, found);
  return {
    edges: found.edges,
    prefixes: found.prefixes,
    startOf: Int32Array.from(found.starts),
    edgesOf: Int32Array.from(found.edgesOf),
  };
}

function chooseInstruments(table: InstrumentTable, keys: readonly string[] | undefined): readonly InstrumentTerms[] {
  const byKey = new Map(table.terms.map((terms) => [terms.key, terms]));
  const chosen =
    keys === undefined
      ? table.terms.filter(({ row }) => row.kind === 'spot')
      : keys.map((key) => byKey.get(key) ?? failUnknown(key));
  const inverse = chosen.find(({ row }) => row.inverse === true || row.quanto === true);
  if (inverse !== undefined) {
    throw invalid(
      'cycles.instruments',
      'instruments that deliver the assets they name, not an inverse or quanto contract',
      inverse.key,
    );
  }
  return chosen.toSorted((a, b) => a.rank - b.rank);
}

interface Found {
  readonly edges: { readonly steps: CycleStep[] }[];
  readonly prefixes: string[];
  readonly starts: number[];
  readonly edgesOf: number[];
}

function searchScope(scope: string, instruments: readonly InstrumentTerms[], maxLength: number, found: Found): void {
  const outgoing = new Map<string, Map<string, number>>();
  const connect = (from: string, to: string, step: CycleStep): void => {
    const ways = outgoing.get(from) ?? new Map<string, number>();
    outgoing.set(from, ways);
    const known = ways.get(to);
    if (known !== undefined) {
      found.edges[known]?.steps.push(step);
      return;
    }
    ways.set(to, found.edges.length);
    found.edges.push({ steps: [step] });
  };
  for (const { row, slot } of instruments) {
    if (row.base === row.quote) continue;
    connect(row.base, row.quote, { slot, isSale: true });
    connect(row.quote, row.base, { slot, isSale: false });
  }
  const path: string[] = [];
  const edges: number[] = [];
  const extend = (first: string, last: string): void => {
    for (const [next, edge] of outgoing.get(last) ?? []) {
      if (next === first && path.length >= MIN_LENGTH) record(found, `C|${scope}|${path.join('>')}|`, [...edges, edge]);
      if (next <= first || path.length === maxLength || path.includes(next)) continue;
      path.push(next);
      edges.push(edge);
      extend(first, next);
      path.pop();
      edges.pop();
    }
  };
  for (const first of outgoing.keys()) {
    path.push(first);
    extend(first, first);
    path.pop();
  }
}

function record(found: Found, prefix: string, edges: readonly number[]): void {
  if (found.prefixes.length === MAX_CYCLES) {
    throw invalid('cycles', `at most ${MAX_CYCLES} cycles; give fewer instruments or a smaller maxLength`, 'more');
  }
  found.prefixes.push(prefix);
  found.edgesOf.push(...edges);
  found.starts.push(found.edgesOf.length);
}

function failUnknown(key: string): never {
  throw invalid('cycles.instruments', 'keys venue:symbol of instruments that have a row', key);
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the cycles: see CycleOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}

const MIN_LENGTH = 3;
const MAX_LENGTH = 6;
