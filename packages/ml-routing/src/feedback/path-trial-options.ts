import { showValue, type RoutingPlugin } from '@tradewind/core-types';
import { redirectionOf, type Redirected } from '../paths/redirection.ts';
import { checkIsObject, invalidOptions, readNumbers } from '../options.ts';
import type { PolicyGateOptions } from './policy-gate.ts';
import { latencyReward, type Reward } from './reward.ts';

/** What a {@link PathTrial} is told. */
export interface PathTrialOptions {
  /**
   * The plugin whose paths are tried: that of a `PredictiveRouter`, or one of your own. The trial calls it; do not give it to the client as well. One of your own that books what is
   * under way has to be told by `redirected`: most of what it chooses goes another way.
   */
  readonly candidate: RoutingPlugin;
  /** Tells a candidate of your own that a message goes another way than it chose. Default: plugins of `pathPlugin` hear of it, others do not. */
  readonly redirected?: Redirected | undefined;
  /** What an outcome is worth. Default `latencyReward()`. */
  readonly reward?: Reward | undefined;
  /** Of the messages on which the two differ, the part that goes the way that is not in force, above 0 and up to 0.5. Default 0.1. */
  readonly share?: number | undefined;
  /** How many choices are remembered: 256 to 65,536. Default 4,096. */
  readonly remembered?: number | undefined;
  /** Outcomes between two judgements, 64 to 1,000,000. Default 512. */
  readonly judgedEvery?: number | undefined;
  /** When the candidate is let in, and put out. */
  readonly gate?: PolicyGateOptions | undefined;
  /** Makes the chance: the same seed and the same messages give the same choices. A safe integer. Default 1. */
  readonly seed?: number | undefined;
  /** Has a judgement made soon, outside of `publish` and the handlers; it takes some milliseconds. Default `setImmediate`. */
  readonly later?: ((judge: () => void) => void) | undefined;
}

/** The same, complete and checked. */
export type PathTrialSettings = {
  readonly [Name in Exclude<keyof PathTrialOptions, 'gate'>]-?: NonNullable<PathTrialOptions[Name]>;
};

/** @throws ValidationError `INVALID_OPTIONS` with what is wrong. */
export function readPathTrialOptions(options: PathTrialOptions): PathTrialSettings {
  checkIsObject(options, 'PathTrialOptions');
  const { candidate, reward = latencyReward(), later = soon } = options;
  if (typeof candidate?.name !== 'string' || typeof candidate.route !== 'function') {
    const expected = 'a routing plugin with a name and route';
    throw invalidOptions('PathTrialOptions', [{ path: 'candidate', expected, received: showValue(candidate) }]);
  }
  const numbers = readNumbers<'share' | 'remembered' | 'judgedEvery' | 'seed'>(options, 'PathTrialOptions', {
    share: { usual: 0.1, min: 0.001, max: 0.5 },
    remembered: { usual: 4_096, min: 256, max: 65_536, whole: true },
    judgedEvery: { usual: 512, min: 64, max: 1_000_000, whole: true },
    seed: { usual: 1, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, whole: true },
  });
  const redirected = options.redirected ?? redirectionOf(candidate) ?? unheard;
  if (typeof redirected !== 'function') {
    const expected = 'a function of path, message and context';
    throw invalidOptions('PathTrialOptions', [{ path: 'redirected', expected, received: showValue(redirected) }]);
  }
  return { candidate, redirected, reward, later, ...numbers };
}

/** It keeps no books that anybody knows of. */
function unheard(): void {
  // Nothing to be told.
}

function soon(judge: () => void): void {
  setImmediate(judge);
}
