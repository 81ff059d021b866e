import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { page } from '../state/page.ts';
import { remember, remembered } from '../state/remembered.ts';
import { failureText } from '../state/requests.ts';
import { TextField } from './controls.tsx';

/** A dialog over the page; the browser keeps the focus in it and gives it back. */
export function Dialog(props: {
  readonly title: string;
  readonly isWide?: boolean | undefined;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Not after the next paint: until it has the focus, what somebody types goes to the page behind it.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    // While it is open nothing behind it can be focused; closing it gives the focus back.
    return () => dialog?.close();
  }, []);
  const closed = (): void => {
    // It also tells of its end when the page took it away: whoever did knows.
    if (element.current !== null) props.onClose();
  };
  return (
    <dialog ref={element} class={props.isWide === true ? 'wide' : ''} aria-labelledby={id} onClose={closed}>
      <div class="content">
        <h1 id={id}>{props.title}</h1>
        {props.children}
      </div>
    </dialog>
  );
}

/**
 * Asks before something is done, does it, and stays open with the reason when it fails.
 *
 * Where nobody is logged in, it asks for a name for the audit trail, and keeps it in this browser.
 */
export function ActDialog(props: {
  readonly title: string;
  /** What the button says: the act itself, as `Retry 12 letters`. */
  readonly act: string;
  readonly isDangerous?: boolean | undefined;
  /** Does it; `by` is undefined where the server knows who it is. */
  readonly onAct: (by: string | undefined) => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const isKnown = page.state.session?.name !== null;
  const [by, setBy] = useState(remembered('name') ?? '');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      if (!isKnown) remember('name', by);
      await props.onAct(isKnown ? undefined : by);
      props.onClose();
    } catch (error) {
      setFailure(failureText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {props.children}
        {isKnown ? null : <TextField label="Your name, for the audit trail" value={by} onInput={setBy} isRequired />}
        {failure === undefined ? null : (
          <p class="critical" role="alert">
            {failure}
          </p>
        )}
        <footer>
          <button type="button" class="button" onClick={props.onClose}>
            Cancel
          </button>
          <button
            type="submit"
            class={props.isDangerous === true ? 'button danger' : 'button main-act'}
            disabled={isBusy}
          >
            {props.act}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
