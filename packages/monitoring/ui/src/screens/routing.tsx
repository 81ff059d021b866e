import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type {
  LearnedGainRow,
  RegimeRow,
  RoutingAnswer,
  RoutingPluginRow,
} from '../../../src/dashboard/protocol/index.ts';
import { Search } from '../components/controls.tsx';
import { StatusBadge } from '../components/level.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { text } from '../format/quantity.ts';
import { page } from '../state/page.ts';
import { usePolled } from '../state/polled.ts';
import { addressOf } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { FigureList } from './figure-list.tsx';
import { DECISION_COLUMNS, PRIORITY_COLUMNS } from './routing-columns.tsx';

/** Why messages go where they go. */
export function Routing(): JSX.Element {
  const bus = useStore(page, (state) => state.bus);
  const [pattern, setPattern] = useState('');
  const search = useCallback((typed: string) => setPattern(typed), []);
  const { answer, failure } = usePolled<RoutingAnswer>(addressOf('routing', { bus, pattern, limit: 40 }), 2_000);
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Routing</h1>
        <Search label="Pattern" placeholder="events.order.*" value={pattern} onSearch={search} />
      </div>
      <Failure>{failure}</Failure>
      {answer === undefined ? null : <Learned {...answer} />}
      {answer === undefined ? null : <Plugins plugins={answer.plugins} />}
      {answer === undefined || answer.decisions === null ? null : (
        <Panel
          title="Why messages went where they went"
          controls={<span class="quiet">A sample, the newest first</span>}
        >
          <Table
            caption="Sampled decisions, the newest first"
            columns={DECISION_COLUMNS}
            rows={answer.decisions}
            rowKey={({ bus: of, sequence, topic, atMs }) => `${of} ${sequence} ${topic} ${atMs}`}
            empty="No decision was sampled yet."
          />
        </Panel>
      )}
    </>
  );
}

function Learned({ regimes, learned, priorities }: RoutingAnswer): JSX.Element {
  return (
    <div class="grid">
      {regimes.length === 0 ? null : (
        <div class="w4">
          <Panel title="Market regime">
            {regimes.map((row) => (
              <Regime key={`${row.bus} ${row.component}`} {...row} />
            ))}
          </Panel>
        </div>
      )}
      {learned.length === 0 ? null : (
        <div class="w4">
          <Panel title="What learning gains">
            {learned.map((row) => (
              <Gain key={`${row.bus} ${row.component}`} {...row} />
            ))}
          </Panel>
        </div>
      )}
      <div class={['w12', 'w8', 'w4'][Number(regimes.length > 0) + Number(learned.length > 0)]}>
        <Panel title="Lane other than declared">
          <Table
            caption="Topics whose messages got another lane than declared, the most frequent first"
            columns={PRIORITY_COLUMNS}
            rows={priorities}
            rowKey={(row) => `${row.bus} ${row.topic} ${row.declaredPriority} ${row.priority}`}
            empty="Every sampled message got the lane that its publisher declared."
          />
        </Panel>
      </div>
    </div>
  );
}

function Regime({ component, regime, probabilities, newsEvent }: RegimeRow): JSX.Element {
  return (
    <dl class="facts body">
      <dt>{component}</dt>
      <dd>
        <strong>{regime}</strong>
        {newsEvent === true ? ', news event' : ''}
      </dd>
      {Object.entries(probabilities).map(([name, probability]) => (
        <>
          <dt>{name}</dt>
          <dd>{text(probability, 'ratio')}</dd>
        </>
      ))}
    </dl>
  );
}

function Gain({ component, enabled, gainRatio, lowerRatio, upperRatio }: LearnedGainRow): JSX.Element {
  return (
    <dl class="facts body">
      <dt>{component}</dt>
      <dd>{enabled === null ? '–' : enabled ? 'learned priorities are used' : 'fixed priorities are used'}</dd>
      <dt>Less waiting cost</dt>
      <dd>
        {text(gainRatio, 'ratio')}
        {lowerRatio === null || upperRatio === null
          ? ''
          : `, surely between ${text(lowerRatio, 'ratio')} and ${text(upperRatio, 'ratio')}`}
      </dd>
    </dl>
  );
}

function Plugins({ plugins }: { readonly plugins: readonly RoutingPluginRow[] }): JSX.Element {
  return (
    <Panel title="Plugins and scheduler">
      <Table
        caption="Plugins and scheduler"
        columns={PLUGIN_COLUMNS}
        rows={plugins}
        rowKey={({ bus, component }) => `${bus} ${component}`}
        empty="The chain is empty: messages go where they were declared."
      />
      {plugins.map(({ bus, component, name, figures }) => (
        <FigureList key={`${bus} ${component}`} of={name} figures={figures} />
      ))}
    </Panel>
  );
}

const PLUGIN_COLUMNS: readonly Column<RoutingPluginRow>[] = [
  { name: 'Name', cell: ({ name }) => <th scope="row">{name}</th> },
  { name: 'Component', cell: ({ component }) => <td>{component}</td> },
  {
    name: 'Status',
    cell: ({ status }) => (
      <td>
        <StatusBadge status={status} />
      </td>
    ),
  },
  { name: 'Reason', cell: ({ reason }) => <td>{reason === '' ? '–' : reason}</td> },
];
