/** What can be switched off while it is in use. */
export interface Switchable {
  /** From the next message on it decides nothing. The reason is for `health()`; default `switched off`. Again: only the reason changes. */
  disable(reason?: string): void;
  /** Decides again. */
  enable(): void;
}

/**
 * Notes by which part a plugin is switched, for which it stands: a routing plugin shows no members for that itself, and whoever watches both it and the part
 * knows that they are one.
 */
export function switchedBy(plugin: object, part: Switchable): void {
  PARTS.set(plugin, part);
  Object.defineProperty(plugin, 'standsFor', { value: part });
}

/** The kill switch of something: its own two methods, or the part behind a plugin of this package; undefined where it has none. */
export function killSwitchOf(value: object): Switchable | undefined {
  return isSwitchable(value) ? value : PARTS.get(value);
}

function isSwitchable(value: object): value is Switchable {
  return (
    'disable' in value && typeof value.disable === 'function' && 'enable' in value && typeof value.enable === 'function'
  );
}

const PARTS = new WeakMap<object, Switchable>();
