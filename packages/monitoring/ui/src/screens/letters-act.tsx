import type { JSX } from 'preact';
import type {
  DeadLetterRow,
  DeadLettersPurged,
  DeadLettersRequest,
  DeadLettersRetried,
} from '../../../src/dashboard/protocol/index.ts';
import { ActDialog } from '../components/dialog.tsx';
import { exact } from '../format/quantity.ts';
import { tell } from '../state/page.ts';
import { act } from '../state/requests.ts';

export type LettersActKind = 'retry' | 'purge';

/** How many letters there were when they were listed; where there are more pages, at least so many. */
export interface LettersCount {
  readonly least: number;
  readonly isAll: boolean;
}

/** One letter, or all of a pattern; an empty one is every letter. */
export type LettersOf = { readonly letter: DeadLetterRow } | { readonly pattern: string; readonly count: LettersCount };

export interface LettersActProps {
  readonly kind: LettersActKind;
  readonly store: string;
  /** As it was when the button was pressed: what the dialog asks about is what is done. */
  readonly of: LettersOf;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks before dead letters are published again, or thrown away for good. */
export function LettersAct({ kind, store, of, onDone, onClose }: LettersActProps): JSX.Element {
  const onAct = async (by: string | undefined): Promise<void> => {
    const request: DeadLettersRequest = { store, ...whichOf(of), by };
    if (kind === 'retry') tell(retriedText(await act<DeadLettersRetried>('dead-letters/retry', request)));
    else tell(purgedText(await act<DeadLettersPurged>('dead-letters/purge', request)));
    onDone();
  };
  const subject = 'letter' in of ? 'this letter' : lettersText(of);
  return kind === 'retry' ? (
    <ActDialog title={`Retry ${subject}?`} act="Retry" onAct={onAct} onClose={onClose}>
      <p>
        Each is published again as a new message, to every subscription of its topic, and leaves {store} when it was
        accepted.
      </p>
      <Subject {...of} />
    </ActDialog>
  ) : (
    <ActDialog title={`Purge ${subject}?`} act="Purge for good" isDangerous onAct={onAct} onClose={onClose}>
      <p>
        {'letter' in of ? 'It is' : 'They are'} removed from {store} and cannot be brought back.
      </p>
      <Subject {...of} />
    </ActDialog>
  );
}

function whichOf(of: LettersOf): Pick<DeadLettersRequest, 'ids' | 'all' | 'pattern'> {
  if ('letter' in of) return { ids: [of.letter.id] };
  return of.pattern === '' ? { all: true } : { all: true, pattern: of.pattern };
}

/** `all 7 letters of events.order.*`; where more are there than were listed, `all letters of events.order.* (over 25)`. */
export function lettersText({ pattern, count }: Exclude<LettersOf, { readonly letter: DeadLetterRow }>): string {
  const which = pattern === '' ? '' : ` of ${pattern}`;
  if (!count.isAll) return `all letters${which} (over ${exact(count.least)})`;
  return count.least === 1 ? `the one letter${which}` : `all ${exact(count.least)} letters${which}`;
}

function Subject(of: LettersOf): JSX.Element | null {
  if (!('letter' in of)) return null;
  const { letter } = of;
  return (
    <dl class="facts">
      <dt>Id</dt>
      <dd>{letter.id}</dd>
      <dt>Topic</dt>
      <dd>{letter.topic}</dd>
    </dl>
  );
}

/** Numbers first; then what did not work, with the first reason. */
function retriedText({ retried, unknown, failedCount, failed, more }: DeadLettersRetried): string {
  const parts = [`${exact(retried)} published again`];
  if (unknown > 0) parts.push(`${exact(unknown)} were no longer there`);
  if (failedCount > 0)
    parts.push(
      `${exact(failedCount)} stay, the first because: ${failed[0]?.reason ?? 'hidden without the permission for payloads'}`,
    );
  if (more) parts.push('there are more: retry again');
  return `${parts.join('; ')}.`;
}

function purgedText({ purged, more }: DeadLettersPurged): string {
  return more ? `${exact(purged)} purged; there are more.` : `${exact(purged)} purged.`;
}
