import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { HealthAnswer, RemediationRow, RemedyRow } from '../../../src/dashboard/protocol/index.ts';
import { StatusBadge } from '../components/level.tsx';
import { Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { ago } from '../format/time.ts';
import { page } from '../state/page.ts';
import { useStore } from '../state/store.ts';
import { flattened } from '../state/verdict.ts';
import { ActsPanel } from './acts-panel.tsx';
import { RemediationPanel, type Circuit } from './remediation.tsx';
import { CircuitAct, RemedyAct, SwitchAct } from './remedy-act.tsx';

type Placed = ReturnType<typeof flattened>[number];

/** What the screen was asked to do. */
type Open =
  | { readonly kind: 'remedy'; readonly remedy: RemedyRow }
  | { readonly kind: 'switch'; readonly remediation: RemediationRow }
  | { readonly kind: 'circuit'; readonly bus: string; readonly circuit: Circuit };

/** How every part is, why and since when; what may mend it, and what was done, by itself and by people. */
export function Health(): JSX.Element {
  const health = useStore(page, (state) => state.health);
  const isOperator = useStore(page, ({ session }) => session?.role === 'operator');
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Health and remediation</h1>
      </div>
      {(health?.buses ?? []).map((tree) => (
        <Panel key={tree.name} title={`Components of ${tree.name}`}>
          <Table
            caption={`Components of ${tree.name}`}
            columns={columnsFor(tree.name, health, (remedy) => setOpen({ kind: 'remedy', remedy }), isOperator)}
            rows={flattened(tree)}
            rowKey={({ part }) => part.component}
            empty="It has no parts."
          />
        </Panel>
      ))}
      {(health?.remediation ?? []).map((remediation) => (
        <RemediationPanel
          key={remediation.bus}
          remediation={remediation}
          isOperator={isOperator}
          onSwitch={() => setOpen({ kind: 'switch', remediation })}
          onClose={(circuit) => setOpen({ kind: 'circuit', bus: remediation.bus, circuit })}
        />
      ))}
      <ActsPanel />
      {open?.kind === 'remedy' ? <RemedyAct remedy={open.remedy} onClose={close} /> : null}
      {open?.kind === 'circuit' ? <CircuitAct bus={open.bus} circuit={open.circuit} onClose={close} /> : null}
      {open?.kind === 'switch' ? <SwitchAct remediation={open.remediation} onClose={close} /> : null}
    </>
  );
}

function Since({ ms }: { readonly ms: number }): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  return <td class="number">{ms === 0 ? '–' : ago(ms, nowMs)}</td>;
}

function columnsFor(
  bus: string,
  health: HealthAnswer | undefined,
  onRun: (remedy: RemedyRow) => void,
  isOperator: boolean,
): readonly Column<Placed>[] {
  return [
    {
      name: 'Component',
      cell: ({ part, depth }) => (
        <th scope="row" style={{ paddingLeft: `${12 + 18 * depth}px` }}>
          {part.name}
        </th>
      ),
    },
    {
      name: 'Status',
      cell: ({ part }) => (
        <td>
          <StatusBadge status={part.status} />
        </td>
      ),
    },
    { name: 'Reason', cell: ({ part }) => <td>{part.reason === '' ? <span class="quiet">–</span> : part.reason}</td> },
    { name: 'Since', isNumber: true, cell: ({ part }) => <Since ms={part.sinceMs} /> },
    {
      name: '',
      cell: ({ part }) => (
        <td class="actions">
          {(health?.remedies ?? [])
            .filter((remedy) => remedy.bus === bus && remedy.component === part.component)
            .map((remedy) =>
              isOperator ? (
                <button type="button" class="button" key={remedy.remedy} onClick={() => onRun(remedy)}>
                  {remedy.remedy}…<span class="unseen"> of {part.component}</span>
                </button>
              ) : (
                <span class="quiet" key={remedy.remedy}>
                  {remedy.remedy}{' '}
                </span>
              ),
            )}
        </td>
      ),
    },
  ];
}
