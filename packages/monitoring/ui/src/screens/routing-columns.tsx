import type { JSX } from 'preact';
import type { DecisionRow, LearnedPriority } from '../../../src/dashboard/protocol/index.ts';
import { Badge } from '../components/level.tsx';
import type { Column } from '../components/table.tsx';
import { exact } from '../format/quantity.ts';
import { clockTime } from '../format/time.ts';
import { whyOf } from './decision-text.ts';

export const PRIORITY_COLUMNS: readonly Column<LearnedPriority>[] = [
  {
    name: 'Topic',
    cell: ({ topic }) => (
      <th scope="row">
        <code>{topic}</code>
      </th>
    ),
  },
  {
    name: 'Lane',
    cell: ({ declaredPriority, priority }) => (
      <td>
        {declaredPriority} → {priority}
      </td>
    ),
  },
  { name: 'Decisions', isNumber: true, cell: ({ decisions }) => <td class="number">{exact(decisions)}</td> },
];

export const DECISION_COLUMNS: readonly Column<DecisionRow>[] = [
  { name: 'Time', cell: ({ atMs }) => <td>{clockTime(atMs)}</td> },
  {
    name: 'Topic',
    cell: ({ topic, sequence }) => (
      <th scope="row">
        <code>{topic}</code> <span class="quiet">{exact(sequence)}</span>
      </th>
    ),
  },
  { name: 'Lane', cell: (row) => <td>{lane(row)}</td> },
  { name: 'Path', cell: ({ path }) => <td>{path ?? 'this process'}</td> },
  { name: 'Why', cell: (row) => <td>{why(row)}</td> },
];

function lane({ declaredPriority, priority, dropped, deferred }: DecisionRow): JSX.Element {
  return (
    <>
      {declaredPriority === priority ? priority : `${declaredPriority} → ${priority}`}{' '}
      {dropped ? <Badge level="warning">dropped</Badge> : null}
      {deferred ? <Badge level="info">deferred</Badge> : null}
    </>
  );
}

function why(row: DecisionRow): JSX.Element {
  return (
    <ul class="plain">
      {whyOf(row).map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}
