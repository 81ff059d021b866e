import type { Health, Remedy } from '@tradewind/core-types';
import type { Switchable } from './switchable.ts';

/**
 * Whether a part decides anything, why it does not, and since when that is so. Every part of learned routing that decides has one.
 *
 * Workload: `reason` is read once per message; the rest when an operator acts or a part is asked how it is. Times are given, there is no clock.
 */
export class KillSwitch {
  /** Why the part is switched off; undefined while it is on. Empty text is a reason too. */
  reason: string | undefined = undefined;
  /** When the part was last switched, or changed in another way that its health tells of; milliseconds since the epoch. */
  sinceMs = 0;

  /** Off for this reason. What was off already keeps the moment from which it was. */
  turnOff(reason: string, atMs: number): void {
    if (this.reason === undefined) this.sinceMs = atMs;
    this.reason = reason;
  }

  /** On again. */
  turnOn(atMs: number): void {
    if (this.reason !== undefined) this.sinceMs = atMs;
    this.reason = undefined;
  }

  /** Degraded while it is off, and where there is another complaint. */
  health(complaint = ''): Health {
    const reason = this.reason ?? complaint;
    return { status: this.reason !== undefined || reason !== '' ? 'degraded' : 'up', reason, sinceMs: this.sinceMs };
  }
}

/**
 * The two remedies of a kill switch: `disable-…` and `enable-…`.
 *
 * @param of What is switched, in kebab-case.
 * @param says What each does, for people.
 */
export function switchRemedies(
  part: Switchable,
  of: string,
  says: { readonly off: string; readonly on: string },
): readonly Remedy[] {
  return [
    {
      name: `disable-${of}`,
      description: says.off,
      run: async () => part.disable('switched off by an operator'),
    },
    { name: `enable-${of}`, description: says.on, run: async () => part.enable() },
  ];
}
