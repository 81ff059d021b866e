import type { JSX } from 'preact';
import type { Figure } from '../../../src/dashboard/protocol/index.ts';
import { Table, type Column } from '../components/table.tsx';
import { text, type Unit } from '../format/quantity.ts';

/** Everything that a part reports, for those who look closer. */
export function FigureList({
  of,
  figures,
}: {
  readonly of: string;
  readonly figures: readonly Figure[];
}): JSX.Element | null {
  if (figures.length === 0) return null;
  return (
    <details class="figures">
      <summary>
        Everything that {of} reports: {figures.length === 1 ? '1 figure' : `${figures.length} figures`}
      </summary>
      <Table
        caption={`Figures of ${of}`}
        columns={COLUMNS}
        rows={figures}
        rowKey={({ name, labels }) => name + JSON.stringify(labels)}
        empty="It reports none."
      />
    </details>
  );
}

/** The unit is in the name, as Prometheus has it. */
function unitOf(name: string): Unit {
  if (name.endsWith('_seconds')) return 'seconds';
  if (name.endsWith('_bytes')) return 'bytes';
  if (name.endsWith('_ratio')) return 'ratio';
  return name.endsWith('_total') ? 'count' : 'number';
}

const COLUMNS: readonly Column<Figure>[] = [
  {
    name: 'Figure',
    cell: ({ name, help }) => (
      <th scope="row">
        <code>{name.replace(/^tradewind_/, '')}</code>
        <br />
        <span class="quiet">{help}</span>
      </th>
    ),
  },
  {
    name: 'Of',
    cell: ({ labels }) => (
      <td>
        {Object.entries(labels)
          .map(([label, value]) => `${label} ${value}`)
          .join(', ')}
      </td>
    ),
  },
  { name: 'Value', isNumber: true, cell: ({ name, value }) => <td class="number">{text(value, unitOf(name))}</td> },
  { name: 'Growth', isNumber: true, cell: ({ perSecond }) => <td class="number">{text(perSecond, 'perSecond')}</td> },
];
