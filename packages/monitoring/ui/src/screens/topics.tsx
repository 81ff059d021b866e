import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { Observation, SubscriptionRow, TopicRow, TopicsAnswer } from '../../../src/dashboard/protocol/index.ts';
import { Search } from '../components/controls.tsx';
import { Meter, NumberCell, fullness } from '../components/figures.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { exact, text } from '../format/quantity.ts';
import { page } from '../state/page.ts';
import { usePolled } from '../state/polled.ts';
import { addressOf } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { topicsText } from './topics-text.ts';

/** Who publishes, and who is slow, by name. */
export function Topics(): JSX.Element {
  const bus = useStore(page, (state) => state.bus);
  const [pattern, setPattern] = useState('');
  const search = useCallback((typed: string) => setPattern(typed), []);
  const { answer, failure } = usePolled<TopicsAnswer>(addressOf('topics', { bus, pattern }), 2_000);
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Topics and patterns</h1>
        <Search label="Pattern" placeholder="data.trades.*" value={pattern} onSearch={search} />
        <span class="spring" />
        <span class="quiet">{answer === undefined ? '' : observed(answer.observation)}</span>
      </div>
      <Failure>{failure}</Failure>
      <Panel title="Topics" controls={<span class="quiet">{answer === undefined ? '' : topicsText(answer)}</span>}>
        <Table
          caption="Topics, the busiest first"
          columns={TOPIC_COLUMNS}
          rows={answer?.topics ?? []}
          rowKey={({ topic }) => topic}
          empty={answer === undefined ? 'Looking…' : 'No message of such a topic was seen.'}
        />
      </Panel>
      <Panel title="Subscriptions" controls={<span class="quiet">{patternsText(answer)}</span>}>
        <Table
          caption="Subscriptions, those that take most time first"
          columns={SUBSCRIPTION_COLUMNS}
          rows={answer?.subscriptions ?? []}
          rowKey={({ id }) => id}
          empty={answer === undefined ? 'Looking…' : 'Nobody subscribes.'}
        />
      </Panel>
    </>
  );
}

function observed({ seconds, lookedAt, leftOut }: Observation): string {
  if (seconds === 0) return 'Measuring has just begun.';
  const all = `Of the last ${text(seconds, 'seconds')}, ${exact(lookedAt)} messages looked at`;
  return leftOut === 0 ? `${all}.` : `${all}; ${exact(leftOut)} more were counted only.`;
}

function patternsText(answer: TopicsAnswer | undefined): string {
  return answer === undefined || answer.patterns === null ? '' : `${exact(answer.patterns)} patterns in force`;
}

type HandlerFigures = Pick<
  TopicRow & SubscriptionRow,
  'handledPerSecond' | 'failedPerSecond' | 'meanHandlerSeconds' | 'maxHandlerSeconds'
>;

/** Nothing sorts behind everything. */
function orLess(value: number | null): number {
  return value ?? -1;
}

/** What became of messages in handlers: of those of a topic, or of those for a subscription. */
const HANDLER_COLUMNS: readonly Column<HandlerFigures>[] = [
  {
    name: 'Handled',
    isNumber: true,
    key: (row) => row.handledPerSecond,
    cell: (row) => <NumberCell value={row.handledPerSecond} unit="perSecond" />,
  },
  {
    name: 'Failed',
    isNumber: true,
    key: (row) => row.failedPerSecond,
    cell: (row) => <NumberCell value={row.failedPerSecond} unit="perSecond" />,
  },
  {
    name: 'Handler mean',
    isNumber: true,
    key: (row) => orLess(row.meanHandlerSeconds),
    cell: (row) => <NumberCell value={row.meanHandlerSeconds} unit="seconds" />,
  },
  {
    name: 'Longest',
    isNumber: true,
    key: (row) => orLess(row.maxHandlerSeconds),
    cell: (row) => <NumberCell value={row.maxHandlerSeconds} unit="seconds" />,
  },
];

const TOPIC_COLUMNS: readonly Column<TopicRow>[] = [
  {
    name: 'Topic',
    key: ({ topic }) => topic,
    cell: ({ topic }) => (
      <th scope="row">
        <code>{topic}</code>
      </th>
    ),
  },
  {
    name: 'Published',
    isNumber: true,
    key: (row) => row.publishedPerSecond,
    cell: (row) => <NumberCell value={row.publishedPerSecond} unit="perSecond" />,
  },
  ...HANDLER_COLUMNS,
  { name: 'Slowest subscription', cell: (row) => <td>{row.slowestSubscription ?? '–'}</td> },
  { name: 'Publishers', cell: (row) => <td>{row.publishers.length === 0 ? '–' : row.publishers.join(', ')}</td> },
];

const SUBSCRIPTION_COLUMNS: readonly Column<SubscriptionRow>[] = [
  { name: 'Subscription', key: ({ id }) => id, cell: ({ id }) => <th scope="row">{id}</th> },
  {
    name: 'Pattern',
    key: ({ pattern }) => pattern ?? '',
    cell: ({ pattern }) => <td>{pattern === null ? '–' : <code>{pattern}</code>}</td>,
  },
  {
    name: 'Busy',
    key: (row) => row.busyRatio,
    cell: ({ busyRatio }) => (
      <td>
        <Meter ratio={busyRatio} level={fullness(busyRatio)} />
      </td>
    ),
  },
  ...HANDLER_COLUMNS,
];
