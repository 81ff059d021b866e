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

export interface LettersActProps {
  readonly kind: LettersActKind;
  readonly store: string;
  readonly pattern: string;
  /** Undefined: all that match the pattern. */
  readonly letter: DeadLetterRow | undefined;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks before dead letters are published again, or thrown away for good. */
export function LettersAct({ kind, store, pattern, letter, onDone, onClose }: LettersActProps): JSX.Element {
  const whole = pattern === '' ? { all: true as const } : { all: true as const, pattern };
  const which = letter === undefined ? whole : { ids: [letter.id] };
  const onAct = async (by: string | undefined): Promise<void> => {
    const request: DeadLettersRequest = { store, ...which, by };
    if (kind === 'retry') tell(retriedText(await act<DeadLettersRetried>('dead-letters/retry', request)));
    else tell(purgedText(await act<DeadLettersPurged>('dead-letters/purge', request)));
    onDone();
  };
  const subject =
    letter === undefined ? (pattern === '' ? 'all dead letters' : `all dead letters of ${pattern}`) : 'this letter';
  return kind === 'retry' ? (
    <ActDialog title={`Retry ${subject}?`} act="Retry" onAct={onAct} onClose={onClose}>
      <p>
        Each is published again as a new message, to every subscription of its topic, and leaves {store} when it was
        accepted.
      </p>
      <Subject letter={letter} />
    </ActDialog>
  ) : (
    <ActDialog title={`Purge ${subject}?`} act="Purge for good" isDangerous onAct={onAct} onClose={onClose}>
      <p>They are removed from {store} and cannot be brought back.</p>
      <Subject letter={letter} />
    </ActDialog>
  );
}

function Subject({ letter }: { readonly letter: DeadLetterRow | undefined }): JSX.Element | null {
  if (letter === undefined) return null;
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
  if (failedCount > 0) parts.push(`${exact(failedCount)} stay, the first because: ${failed[0]?.reason ?? 'unknown'}`);
  if (more) parts.push('there are more: retry again');
  return `${parts.join('; ')}.`;
}

function purgedText({ purged, more }: DeadLettersPurged): string {
  return more ? `${exact(purged)} purged; there are more.` : `${exact(purged)} purged.`;
}
