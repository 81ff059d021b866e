import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Choice, Search } from '../components/controls.tsx';
import { Badge } from '../components/level.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { exact } from '../format/quantity.ts';
import { preciseTime } from '../format/time.ts';
import { page } from '../state/page.ts';
import { addressOf } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { TailStream, type TailLink } from '../state/tail-stream.ts';
import { EMPTY_TAIL, withBatch, withBreak, type NumberedMessage, type TailState } from '../state/tail.ts';

/** Messages as they pass, within a rate that cannot hurt the bus. */
export function Tail(): JSX.Element {
  const bus = useStore(page, (state) => state.bus);
  const [pattern, setPattern] = useState('');
  const [perSecond, setPerSecond] = useState(20);
  const [isPaused, setPaused] = useState(false);
  const search = useCallback((typed: string) => setPattern(typed), []);
  const { tail, isOpen, refusal, clear } = useTail({ bus, pattern, perSecond, isPaused });
  return (
    <>
      <div class="screen-head">
        <h1 tabIndex={-1}>Message tail</h1>
        <Search label="Pattern" placeholder="data.trades.*" value={pattern} onSearch={search} />
        <Choice label="At most" options={RATES} value={perSecond} onChoose={setPerSecond} />
        <button type="button" class="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </button>
        <button type="button" class="button" onClick={clear}>
          Clear
        </button>
        <span class="spring" />
        {isOpen ? null : <Badge level="warning">not connected</Badge>}
      </div>
      <Failure>{refusal}</Failure>
      <Panel title="Messages" controls={<span class="quiet">{countsText(tail)}</span>}>
        <Table
          caption="Messages, the newest first"
          columns={COLUMNS}
          rows={tail.messages}
          rowKey={({ number }) => String(number)}
          empty={isPaused ? 'Paused.' : 'No message of such a topic has passed since you began to look.'}
        />
      </Panel>
    </>
  );
}

interface TailQuestion {
  readonly bus: string;
  readonly pattern: string;
  readonly perSecond: number;
  readonly isPaused: boolean;
}

function useTail({ bus, pattern, perSecond, isPaused }: TailQuestion): {
  readonly tail: TailState;
  readonly isOpen: boolean;
  readonly refusal: string | undefined;
  readonly clear: () => void;
} {
  const [tail, setTail] = useState(EMPTY_TAIL);
  const [link, setLink] = useState<TailLink>({ isOpen: true, refusal: undefined });
  const paused = useRef(isPaused);
  paused.current = isPaused;
  // Another question begins anew; a connection that comes back goes on with what is there, since somebody may be reading it.
  useEffect(() => {
    if (bus === '') return undefined;
    setTail(EMPTY_TAIL);
    setLink({ isOpen: true, refusal: undefined });
    let wasOpen = true;
    const stream = new TailStream(addressOf('tail', { bus, pattern, perSecond }), {
      batch: (batch) => setTail((before) => withBatch(before, batch, paused.current)),
      link: (next) => {
        if (wasOpen && !next.isOpen) setTail(withBreak);
        wasOpen = next.isOpen;
        setLink(next);
      },
    });
    return () => stream.close();
  }, [bus, pattern, perSecond]);
  const clear = useCallback(() => setTail(EMPTY_TAIL), []);
  return { tail, ...link, clear };
}

function countsText({ shown, leftOut, unseen, breaks }: TailState): string {
  const parts = [`${exact(shown)} shown`];
  if (leftOut > 0) parts.push(`${exact(leftOut)} left out, beyond the rate`);
  if (unseen > 0) parts.push(`${exact(unseen)} not looked at`);
  if (breaks > 0) parts.push(breaks === 1 ? 'interrupted once' : `interrupted ${exact(breaks)} times`);
  return parts.join(', ');
}

function Payload({ payload, payloadCut }: NumberedMessage): JSX.Element {
  if (payload === null) return <span class="quiet">hidden</span>;
  const isLong = payload.length > LONG;
  if (!isLong) return <code>{payload}</code>;
  return (
    <details>
      <summary>
        <code>{payload.slice(0, LONG)}…</code>
      </summary>
      <pre tabIndex={0}>
        {payload}
        {payloadCut ? '\n… the rest is left out' : ''}
      </pre>
    </details>
  );
}

const COLUMNS: readonly Column<NumberedMessage>[] = [
  { name: 'Time', cell: ({ atMs }) => <td>{preciseTime(atMs)}</td> },
  {
    name: 'Topic',
    cell: ({ topic }) => (
      <th scope="row">
        <code>{topic}</code>
      </th>
    ),
  },
  { name: 'Priority', cell: ({ priority }) => <td>{priority ?? '–'}</td> },
  {
    name: 'From',
    cell: ({ publisher, direction }) => <td>{`${publisher ?? '–'}${direction === 'received' ? ', received' : ''}`}</td>,
  },
  {
    name: 'Payload',
    cell: (message) => (
      <td>
        <Payload {...message} />
      </td>
    ),
  },
];
const RATES = [5, 20, 50, 200].map((value) => ({ value, name: `${value} a second` }));
const LONG = 140;
