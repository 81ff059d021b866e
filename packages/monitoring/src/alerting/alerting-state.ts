import type { AlertRecord } from './alert-record.ts';
import type { GroupState } from './group-state.ts';
import type { TrackedState } from './rule-tracker.ts';
import type { Silence } from './silences.ts';

/** Everything of the alerts that goes on after a restart where it stood. */
export interface AlertingState {
  /** As of when it is. */
  readonly savedAtMs: number;
  readonly tracked: Readonly<Record<string, readonly TrackedState[]>>;
  readonly records: readonly AlertRecord[];
  readonly silences: readonly Silence[];
  readonly groups: readonly GroupState[];
}
