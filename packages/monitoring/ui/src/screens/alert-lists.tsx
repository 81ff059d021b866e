import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AlertsAnswer, Done, ExpireSilenceBody } from '../../../src/dashboard/protocol/index.ts';
import { ActDialog } from '../components/dialog.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { dateTime, until } from '../format/time.ts';
import { page, tell } from '../state/page.ts';
import { act } from '../state/requests.ts';
import { useStore } from '../state/store.ts';

type Silence = AlertsAnswer['silences'][number];
type AuditEntry = AlertsAnswer['audit'][number];

/** What is not told at the moment, by whose wish, until when. */
export function Silences(props: { readonly silences: readonly Silence[]; readonly isOperator: boolean }): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  const [ending, setEnding] = useState<Silence>();
  const columns: readonly Column<Silence>[] = [
    { name: 'Silences', cell: ({ match }) => <th scope="row">{matchText(match)}</th> },
    { name: 'Reason', cell: ({ reason }) => <td>{reason === '' ? '–' : reason}</td> },
    { name: 'By', cell: ({ by }) => <td>{by}</td> },
    { name: 'Ends', isNumber: true, cell: ({ untilMs }) => <td class="number">{until(untilMs, nowMs)}</td> },
    {
      name: '',
      cell: (silence) => (
        <td class="actions">
          {props.isOperator ? (
            <button type="button" class="button" onClick={() => setEnding(silence)}>
              End now…<span class="unseen"> the silence of {matchText(silence.match)}</span>
            </button>
          ) : null}
        </td>
      ),
    },
  ];
  return (
    <Panel title="Silences">
      <Table
        caption="Silences in force"
        columns={columns}
        rows={props.silences}
        rowKey={({ id }) => id}
        empty="Nothing is silenced."
      />
      {ending === undefined ? null : (
        <ActDialog
          title="End this silence now?"
          act="End it"
          onAct={(by) => expire(ending, by)}
          onClose={() => setEnding(undefined)}
        >
          <p>Alerts with {matchText(ending.match)} are told again from now on.</p>
        </ActDialog>
      )}
    </Panel>
  );
}

/** What happened to alerts and silences, by whom. */
export function AlertAudit({ entries }: { readonly entries: readonly AuditEntry[] }): JSX.Element {
  return (
    <Panel title="What happened">
      <Table
        caption="What happened to alerts and silences, the newest first"
        columns={AUDIT_COLUMNS}
        rows={entries.slice(0, MAX_SHOWN)}
        rowKey={(entry) => `${entry.atMs} ${entry.kind} ${entry.subject} ${entry.detail}`}
        empty="Nothing happened yet."
      />
    </Panel>
  );
}

/** `alertname TradewindLaneFull, bus not risk`. */
function matchText(match: Silence['match']): string {
  return Object.entries(match)
    .map(([label, wanted]) => {
      if (typeof wanted === 'string') return `${label} ${wanted}`;
      if ('not' in wanted) return `${label} not ${wanted.not}`;
      if ('oneOf' in wanted) return `${label} ${wanted.oneOf.join(' or ')}`;
      return `${label} none of ${wanted.noneOf.join(', ')}`;
    })
    .join(', ');
}

async function expire({ id, match }: Silence, by: string | undefined): Promise<void> {
  const body: ExpireSilenceBody = { id, by };
  await act<Done>('silences/expire', body);
  tell(`No longer silenced: ${matchText(match)}.`);
}

const AUDIT_COLUMNS: readonly Column<AuditEntry>[] = [
  { name: 'Time', cell: ({ atMs }) => <td>{dateTime(atMs)}</td> },
  { name: 'What', cell: ({ kind }) => <th scope="row">{kind}</th> },
  { name: 'Detail', cell: ({ detail }) => <td>{detail}</td> },
  { name: 'By', cell: ({ by }) => <td>{by === '' ? 'itself' : by}</td> },
];
const MAX_SHOWN = 40;
