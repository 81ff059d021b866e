import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Done, OptimizerDecisionRow, UndoBody } from '../../../src/dashboard/protocol/index.ts';
import { ActDialog } from '../components/dialog.tsx';
import { Badge } from '../components/level.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { dateTime } from '../format/time.ts';
import { page, tell } from '../state/page.ts';
import { act } from '../state/requests.ts';
import { useStore } from '../state/store.ts';

/** What was decided on its own, and may be taken back. */
export function Optimizer(): JSX.Element {
  const decisions = useStore(page, (state) => state.optimizer?.decisions);
  const isOperator = useStore(page, ({ session }) => session?.role === 'operator');
  const [undoing, setUndoing] = useState<OptimizerDecisionRow>();
  const close = (): void => setUndoing(undefined);
  const columns: readonly Column<OptimizerDecisionRow>[] = [
    ...COLUMNS,
    {
      name: '',
      cell: (row) => <td class="actions">{isOperator && !row.undone ? <Undo {...{ row, setUndoing }} /> : null}</td>,
    },
  ];
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Optimizer</h1>
      </div>
      <Panel title="Decisions">
        <Table
          caption="Decisions, the newest first"
          columns={columns}
          rows={decisions ?? []}
          rowKey={({ bus, source, id }) => `${bus} ${source} ${id}`}
          empty={decisions === undefined ? 'Looking…' : 'Nothing was decided yet.'}
        />
      </Panel>
      {undoing === undefined ? null : (
        <ActDialog title="Take this decision back?" act="Undo" onAct={(by) => undo(undoing, by)} onClose={close}>
          <p>{undoing.description}</p>
        </ActDialog>
      )}
    </>
  );
}

function Undo(props: {
  readonly row: OptimizerDecisionRow;
  readonly setUndoing: (row: OptimizerDecisionRow) => void;
}): JSX.Element {
  return (
    <button type="button" class="button" onClick={() => props.setUndoing(props.row)}>
      Undo…<span class="unseen"> {props.row.description}</span>
    </button>
  );
}

async function undo({ source, bus, id, description }: OptimizerDecisionRow, by: string | undefined): Promise<void> {
  const body: UndoBody = { source, bus, id, by };
  await act<Done>('optimizer/undo', body);
  tell(`Taken back: ${description}`);
}

const COLUMNS: readonly Column<OptimizerDecisionRow>[] = [
  { name: 'Time', cell: ({ atMs }) => <td>{dateTime(atMs)}</td> },
  { name: 'Decision', cell: ({ description }) => <th scope="row">{description}</th> },
  { name: 'By', cell: ({ source, bus }) => <td>{`${bus}: ${source}`}</td> },
  {
    name: 'State',
    cell: ({ undone }) => (
      <td>{undone ? <Badge level="none">taken back</Badge> : <Badge level="good">in force</Badge>}</td>
    ),
  },
];
