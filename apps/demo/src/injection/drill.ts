import type { Remedy } from '@tradewind/core-types';
import type { Monitored, RemediationRule } from '@tradewind/monitoring';
import type { Floor } from './floor.ts';

/** Something that goes wrong on a floor, what tells of it, and what mends it. */
export interface Drill {
  readonly floor: Floor;
  /** The rule of the predefined table that fires, and labels of its alert. */
  readonly alert: { readonly rule: string; readonly labels: Readonly<Record<string, string>> };
  /** All times of the rule are divided by it. */
  readonly hastenBy: number;
  /** By which rule it is mended, and the remedies that the parts of the floor do not have themselves. */
  readonly remediation: {
    readonly rule: RemediationRule;
    readonly remedies: Readonly<Record<string, readonly Remedy[]>>;
  };
  /** What is watched besides client, feeds and venues. */
  readonly transports?: Readonly<Record<string, Monitored>> | undefined;
  readonly parts?: Readonly<Record<string, Monitored>> | undefined;
  /** Makes it go wrong. @returns What was done, as a sentence. */
  inject(): Promise<string>;
  /** Ends everything. @returns What should not be so, a sentence each. */
  close(): Promise<readonly string[]>;
}
