import { lineWidth, span, type Span, type StyledLine, type TextStyle } from './styled-text.ts';

/** One column of a table. */
export interface Column {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** Columns are left out from the highest rank down while the table does not fit. Rank 0 always stays. */
  readonly rank: number;
  readonly style?: TextStyle | undefined;
  /** The column is at least so wide, so that it does not jump while numbers grow. */
  readonly minWidth?: number | undefined;
}

/** A cell: a text in the column's style, or in its own. */
export type Cell = string | Span;

/** What a table holds, and the room there is. */
export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly width: number;
}

/** A table with aligned columns, two spaces apart, its header first. Columns that do not fit are left out, least important first. */
export function renderTable({ columns, rows, width }: TableOptions): readonly StyledLine[] {
  const measured = columns.map((column, index) => ({ column, index, width: widthOf(column, index, rows) }));
  const shown = fitting(measured, width);
  const header = shown.map(({ column, width: columnWidth }) =>
    aligned(span(column.header, 'label'), column, columnWidth),
  );
  const body = rows.map((row) =>
    shown.map(({ column, index, width: columnWidth }) =>
      aligned(asSpan(row[index] ?? '', column), column, columnWidth),
    ),
  );
  return [header, ...body].map((cells) => joined(cells));
}

interface MeasuredColumn {
  readonly column: Column;
  readonly index: number;
  readonly width: number;
}

function widthOf(column: Column, index: number, rows: TableOptions['rows']): number {
  let width = Math.max(column.header.length, column.minWidth ?? 0);
  for (const row of rows) width = Math.max(width, asSpan(row[index] ?? '', column).text.length);
  return width;
}

function fitting(columns: readonly MeasuredColumn[], width: number): readonly MeasuredColumn[] {
  let shown = columns;
  while (totalWidth(shown) > width) {
    const rank = Math.max(...shown.map(({ column }) => column.rank));
    if (rank === 0) break;
    shown = shown.filter(({ column }) => column.rank < rank);
  }
  return shown;
}

function totalWidth(columns: readonly MeasuredColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * columns.length;
}

function asSpan(cell: Cell, column: Column): Span {
  return typeof cell === 'string' ? span(cell, column.style ?? 'plain') : cell;
}

function aligned({ text, style }: Span, { align }: Column, width: number): Span {
  return span(align === 'left' ? text.padEnd(width) : text.padStart(width), style);
}

function joined(cells: readonly Span[]): StyledLine {
  return cells.flatMap((cell) => [span(GAP), cell]);
}

/** Places a line's right part at the right edge, if there is room for both. */
export function spread(left: StyledLine, right: StyledLine, width: number): StyledLine {
  const room = width - lineWidth(left) - lineWidth(right);
  return room < 2 ? left : [...left, span(' '.repeat(room)), ...right];
}

const GAP = '  ';
