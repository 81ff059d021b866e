import type { TransportCapabilities } from '@tradewind/core-types';
import type { ConformanceRule } from '../rule.ts';
import { atFreshPlace, type TransportBench } from './bench.ts';
import type { TransportSubject } from './subject.ts';

/** A rule of transports, which may be about a feature that not every transport has. */
export interface TransportRule extends ConformanceRule<TransportSubject> {
  /** The features without which it says nothing. */
  readonly needs: readonly (keyof TransportCapabilities)[];
  /** Whether it needs a place that can make a `publish` fail. */
  readonly needsFailures: boolean;
}

interface TransportRuleDetails {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly (keyof TransportCapabilities)[] | undefined;
  readonly needsFailures?: boolean | undefined;
  /** Gets a fresh place each time, which is closed afterwards. */
  readonly check: (bench: TransportBench, subject: TransportSubject) => Promise<void>;
}

/** A rule that runs at a fresh place of the subject and closes it afterwards. Default: it needs no feature, and no failures. */
export function transportRule({
  id,
  title,
  needs = [],
  needsFailures = false,
  check,
}: TransportRuleDetails): TransportRule {
  return {
    id,
    title,
    needs,
    needsFailures,
    check: (subject) => atFreshPlace(subject, (bench) => check(bench, subject)),
  };
}
