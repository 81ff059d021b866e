import { ValidationError, showValue } from '@tradewind/core-types';

/** Fees of one tier, in parts per million of notional, as integers. Negative is a rebate. */
export interface FeeTier {
  /** The volume from which the tier holds, in the venue's own unit, usually quote currency in 30 days. */
  readonly fromVolume: number;
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
}

/** The fees of a venue, and the volume by which its tier is found. */
export interface VenueFees {
  /** Rising by `fromVolume`; the first is for everybody and starts at 0. */
  readonly tiers: readonly FeeTier[];
  /** The account's own volume. Default 0. */
  readonly volume?: number | undefined;
}

/** Fees by venue. */
export type FeeSchedule = Readonly<Record<string, VenueFees>>;

/** Fees are between a full rebate and everything: what is outside is a mistake in units, such as 0.1 for a tenth of a percent. */
export const FEE_BOUND_PPM = 1_000_000;

/**
 * The tier that an account is in: the last one that its volume reaches.
 *
 * @throws ValidationError `INVALID_OPTIONS` for tiers that do not start at 0, do not rise, or have fees that are not integers of ppm.
 */
export function feeTierOf(venue: string, fees: VenueFees): FeeTier {
  let found: FeeTier | undefined;
  let previous = -1;
  for (const [index, tier] of fees.tiers.entries()) {
    const path = `fees.${venue}.tiers[${index}]`;
    if (index === 0 ? tier.fromVolume !== 0 : !(tier.fromVolume > previous)) {
      throw invalid(`${path}.fromVolume`, 'volumes that start at 0 and rise', tier.fromVolume);
    }
    checkFeePpm(`${path}.makerFeePpm`, tier.makerFeePpm);
    checkFeePpm(`${path}.takerFeePpm`, tier.takerFeePpm);
    if (found === undefined || (fees.volume ?? 0) >= tier.fromVolume) found = tier;
    previous = tier.fromVolume;
  }
  if (found === undefined) throw invalid(`fees.${venue}.tiers`, 'at least one tier', fees.tiers);
  return found;
}

/** @internal */
export function checkFeePpm(path: string, ppm: number): void {
  if (!Number.isInteger(ppm) || Math.abs(ppm) >= FEE_BOUND_PPM) {
    throw invalid(path, `an integer of parts per million between -${FEE_BOUND_PPM} and ${FEE_BOUND_PPM}`, ppm);
  }
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'A fee of 0.1 % is 1000 ppm.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}
