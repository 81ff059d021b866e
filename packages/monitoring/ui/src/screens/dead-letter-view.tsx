import type { JSX } from 'preact';
import type { DeadLetterRow } from '../../../src/dashboard/protocol/index.ts';
import { Dialog } from '../components/dialog.tsx';
import { dateTime } from '../format/time.ts';

/** Why it died: the code, and the message to those who may read payloads, because it may quote one. */
export function causeText({ cause }: DeadLetterRow): string {
  const known = [cause.code, cause.message].filter((text) => text !== null);
  return known.length === 0 ? 'shown to those with the permission for payloads' : known.join(': ');
}

/** Everything that is known of a dead letter. */
export function DeadLetterView(props: { readonly letter: DeadLetterRow; readonly onClose: () => void }): JSX.Element {
  const { letter, onClose } = props;
  const facts: readonly (readonly [string, string])[] = [
    ['Id', letter.id],
    ['Topic', letter.topic],
    ['Priority', letter.priority],
    ['Producer', `${letter.producer}, message ${letter.sequence}`],
    ['Published', dateTime(letter.publishedAtMs)],
    ['Died', `${dateTime(letter.deadAtMs)}, after ${letter.attempts} attempts`],
    ['Subscription', letter.subscription ?? 'it never reached one'],
    ['Ordering key', letter.orderingKey ?? '–'],
    ['Correlation', letter.correlationId ?? '–'],
    ['Cause', causeText(letter)],
  ];
  return (
    <Dialog title="Dead letter" isWide onClose={onClose}>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <h2>Payload</h2>
      {letter.payload === null ? (
        <p class="quiet">Payloads are shown to those with the permission for them.</p>
      ) : (
        <pre tabIndex={0}>
          {letter.payload}
          {letter.payloadCut ? '\n… the rest is left out' : ''}
        </pre>
      )}
      {letter.headers === null || Object.keys(letter.headers).length === 0 ? null : (
        <>
          <h2>Headers</h2>
          <pre tabIndex={0}>{JSON.stringify(letter.headers, null, 2)}</pre>
        </>
      )}
      <footer>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}
