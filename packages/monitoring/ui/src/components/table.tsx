import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';

/** One column of a table. */
export interface Column<Row> {
  readonly name: string;
  readonly isNumber?: boolean | undefined;
  /** Orders rows by this; a column without it cannot be sorted by. */
  readonly key?: ((row: Row) => number | string) | undefined;
  /** A `td` or `th`. */
  readonly cell: (row: Row) => JSX.Element;
}

export interface TableProps<Row> {
  /** What it is a table of, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What stands there without rows. */
  readonly empty: ComponentChildren;
  /** At which column it is sorted first; otherwise as it comes. */
  readonly sortedBy?: string | undefined;
}

/** A table that can be sorted by its heads, and scrolled sideways where it does not fit. */
export function Table<Row>({ caption, columns, rows, rowKey, empty, sortedBy }: TableProps<Row>): JSX.Element {
  const [sort, setSort] = useState<Sort>({ by: sortedBy, isDown: true });
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const shown = sorted(rows, columns.find(({ name }) => name === sort.by)?.key, sort.isDown);
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head
                key={column.name}
                {...{
                  name: column.name,
                  isNumber: column.isNumber,
                  isSortable: column.key !== undefined,
                  sort,
                  setSort,
                }}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)}>{columns.map(({ cell }) => cell(row))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Sort {
  readonly by: string | undefined;
  readonly isDown: boolean;
}

function Head(props: {
  readonly name: string;
  readonly isNumber: boolean | undefined;
  readonly isSortable: boolean;
  readonly sort: Sort;
  readonly setSort: (sort: Sort) => void;
}): JSX.Element {
  const { name, isNumber, isSortable, sort, setSort } = props;
  const className = isNumber === true ? 'number' : '';
  if (!isSortable) {
    return (
      <th scope="col" class={className}>
        {name === '' ? <span class="unseen">Actions</span> : name}
      </th>
    );
  }
  const isSorted = sort.by === name;
  return (
    <th scope="col" class={className} aria-sort={isSorted ? (sort.isDown ? 'descending' : 'ascending') : 'none'}>
      <button type="button" class="sort" onClick={() => setSort({ by: name, isDown: isSorted ? !sort.isDown : true })}>
        {name}
      </button>
    </th>
  );
}

function sorted<Row>(
  rows: readonly Row[],
  key: ((row: Row) => number | string) | undefined,
  isDown: boolean,
): readonly Row[] {
  if (key === undefined) return rows;
  const direction = isDown ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left === right) return 0;
    return left < right ? -direction : direction;
  });
}
