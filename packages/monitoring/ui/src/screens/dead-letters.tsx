import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { DeadLetterRow, DeadLettersAnswer } from '../../../src/dashboard/protocol/index.ts';
import { Search } from '../components/controls.tsx';
import { Failure, Panel } from '../components/panel.tsx';
import { Table, type Column } from '../components/table.tsx';
import { ago } from '../format/time.ts';
import { page } from '../state/page.ts';
import { usePolled } from '../state/polled.ts';
import { addressOf } from '../state/requests.ts';
import { useStore } from '../state/store.ts';
import { DeadLetterView, causeText } from './dead-letter-view.tsx';
import { LettersAct, lettersText, type LettersActKind, type LettersCount, type LettersOf } from './letters-act.tsx';

/** What the panel was asked to show or to do. */
type Open =
  | { readonly kind: 'view'; readonly letter: DeadLetterRow }
  | { readonly kind: LettersActKind; readonly of: LettersOf };

/** Messages of one store that were put aside: look for them, read them, try them again. */
export function DeadLetters(props: { readonly store: string; readonly subject: string }): JSX.Element {
  const { store } = props;
  const [pattern, setPattern] = useState('');
  const [id, setId] = useState(props.subject);
  const [typed, setTyped] = useState({ pattern, id });
  const [pages, setPages] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<Open>();
  const isOperator = useStore(page, ({ session }) => session?.role === 'operator');
  const query = { store, pattern, id, after: pages.at(-1), limit: PAGE };
  const { answer, failure, refresh } = usePolled<DeadLettersAnswer>(addressOf('dead-letters', query), 3_000);
  const searchPattern = useCallback((text: string) => (setPattern(text), setPages([])), []);
  const searchId = useCallback((text: string) => (setId(text.trim()), setPages([])), []);
  const typePattern = useCallback((text: string) => setTyped((before) => ({ ...before, pattern: text })), []);
  const typeId = useCallback((text: string) => setTyped((before) => ({ ...before, id: text.trim() })), []);
  // All are those that are shown and counted: not while another pattern is being typed, and never while one letter is looked for.
  const mayActOnAll = id === '' && typed.id === '' && typed.pattern === pattern;
  const close = (): void => setOpen(undefined);
  return (
    <Panel
      title={`Dead letters of ${store}`}
      controls={
        <>
          <Search
            label="Topic pattern"
            placeholder="events.order.*"
            value={pattern}
            onSearch={searchPattern}
            onType={typePattern}
          />
          <Search label="Id" placeholder="the whole id" value={id} onSearch={searchId} onType={typeId} />
          {isOperator && mayActOnAll && answer !== undefined && answer.letters.length > 0 ? (
            <BulkButtons
              pattern={pattern}
              count={{ least: pages.length * PAGE + answer.letters.length, isAll: answer.next === null }}
              onOpen={setOpen}
            />
          ) : null}
        </>
      }
    >
      <Failure>{failure}</Failure>
      <Table
        caption={`Dead letters of ${store}, the oldest first`}
        columns={columnsFor(isOperator, setOpen)}
        rows={answer?.letters ?? []}
        rowKey={(letter) => letter.id}
        empty={answer === undefined ? 'Looking…' : 'There is no dead letter of this kind.'}
      />
      <Pages pages={pages} next={answer?.next ?? null} onPages={setPages} />
      {open === undefined ? null : open.kind === 'view' ? (
        <DeadLetterView letter={open.letter} onClose={close} />
      ) : (
        <LettersAct {...{ kind: open.kind, store, of: open.of, onDone: refresh, onClose: close }} />
      )}
    </Panel>
  );
}

/** Acts on all letters of the pattern, with how many these are and the pattern on the buttons. */
function BulkButtons(props: {
  readonly pattern: string;
  readonly count: LettersCount;
  readonly onOpen: (open: Open) => void;
}): JSX.Element {
  const { pattern, count, onOpen } = props;
  const of: LettersOf = { pattern, count };
  return (
    <>
      <button type="button" class="button wraps" onClick={() => onOpen({ kind: 'retry', of })}>
        Retry {lettersText(of)}…
      </button>
      <button type="button" class="button danger wraps" onClick={() => onOpen({ kind: 'purge', of })}>
        Purge {lettersText(of)}…
      </button>
    </>
  );
}

/** Back through the pages that were seen, and on to the next. */
function Pages(props: {
  readonly pages: readonly string[];
  readonly next: string | null;
  readonly onPages: (pages: readonly string[]) => void;
}): JSX.Element | null {
  const { pages, next, onPages } = props;
  if (pages.length === 0 && next === null) return null;
  return (
    <div class="form body">
      <button type="button" class="button" disabled={pages.length === 0} onClick={() => onPages(pages.slice(0, -1))}>
        Older
      </button>
      <button
        type="button"
        class="button"
        disabled={next === null}
        onClick={() => next !== null && onPages([...pages, next])}
      >
        Newer
      </button>
      <span class="quiet">Page {pages.length + 1}</span>
    </div>
  );
}

function Age({ ms }: { readonly ms: number }): JSX.Element {
  const nowMs = useStore(page, (state) => state.nowMs);
  return <td class="number">{ago(ms, nowMs)}</td>;
}

function columnsFor(isOperator: boolean, onOpen: (open: Open) => void): readonly Column<DeadLetterRow>[] {
  return [
    {
      name: 'Id',
      cell: ({ id }) => (
        <th scope="row">
          <code>{id}</code>
        </th>
      ),
    },
    {
      name: 'Topic',
      cell: ({ topic }) => (
        <td>
          <code>{topic}</code>
        </td>
      ),
    },
    { name: 'Cause', cell: (letter) => <td>{causeText(letter)}</td> },
    { name: 'Subscription', cell: ({ subscription }) => <td>{subscription ?? '–'}</td> },
    { name: 'Attempts', isNumber: true, cell: ({ attempts }) => <td class="number">{attempts}</td> },
    { name: 'Died', isNumber: true, cell: ({ deadAtMs }) => <Age ms={deadAtMs} /> },
    {
      name: '',
      cell: (letter) => (
        <td class="actions">
          <button type="button" class="button" onClick={() => onOpen({ kind: 'view', letter })}>
            View<span class="unseen"> {letter.id}</span>
          </button>
          {isOperator ? (
            <button type="button" class="button" onClick={() => onOpen({ kind: 'retry', of: { letter } })}>
              Retry…<span class="unseen"> {letter.id}</span>
            </button>
          ) : null}
        </td>
      ),
    },
  ];
}

const PAGE = 25;
