import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { text } from '../format/quantity.ts';
import { remember, remembered } from '../state/remembered.ts';
import { SHORTCUTS } from '../state/shortcuts.ts';
import { Dialog } from './dialog.tsx';

/** Whether single keys do something; whoever dictates or has a tremor can turn them off. */
export function areShortcutsOn(): boolean {
  return remembered('shortcuts') !== 'off';
}

/** The keys, what the shapes mean, and a switch for the keys. */
export function Help(props: {
  readonly version: string;
  /** How long after a frame the next one comes; undefined before the session. */
  readonly frameEveryMs: number | undefined;
  readonly onClose: () => void;
}): JSX.Element {
  const { version, frameEveryMs, onClose } = props;
  const [isOn, setOn] = useState(areShortcutsOn());
  const toggle = (): void => {
    remember('shortcuts', isOn ? 'off' : undefined);
    setOn(!isOn);
  };
  return (
    <Dialog title="Help" onClose={onClose}>
      <h2>Keys</h2>
      <dl class="facts">
        {SHORTCUTS.map(({ keys, does }) => (
          <>
            <dt>
              {keys.map((key, index) => (
                <>
                  {index === 0 ? null : ' then '}
                  <kbd>{key}</kbd>
                </>
              ))}
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
      <label class="field">
        <input type="checkbox" checked={isOn} onChange={toggle} />
        Single keys do this
      </label>
      <h2>Numbers</h2>
      <p>
        Rates and percentiles are of the time since the frame before ({text(frameEveryMs, 'ms')} as it is set here),
        never since the start. k, M and G are thousands, millions and billions; sizes are decimal. A dash is a number
        that is not known; zero is zero.
      </p>
      <footer>
        <span class="quiet">Version {version}</span>
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
      </footer>
    </Dialog>
  );
}
