/**
 * From probabilities to the one regime that is in force, so that it does not flicker: another one takes over when it is likelier by a margin, and
 * not before the present one has held for a number of observations. So there are never more switches than observations over that number.
 */
export class RegimeSwitch {
  readonly values: Float64Array<ArrayBuffer> = new Float64Array(SWITCH_SIZE);
  readonly #margin: number;
  readonly #dwell: number;

  constructor(margin: number, dwell: number) {
    this.#margin = margin;
    this.#dwell = dwell;
  }

  /** Place of the regime in force; 0, NORMAL, at the start. */
  get regime(): number {
    return this.values[REGIME] as number;
  }

  get sinceMs(): number {
    return this.values[SINCE] as number;
  }

  /** Looks at the probabilities after an observation. Observations count up. Returns whether another regime is in force now. */
  decide(probabilities: Float64Array, observation: number, atMs: number): boolean {
    const { values } = this;
    if (values[SINCE] === 0) {
      values[SINCE] = atMs;
      values[CHANGED] = observation - this.#dwell;
    }
    const regime = values[REGIME] as number;
    let best = regime;
    for (let each = 0; each < probabilities.length; each += 1) {
      if ((probabilities[each] as number) > (probabilities[best] as number)) best = each;
    }
    if (best === regime || observation - (values[CHANGED] as number) < this.#dwell) return false;
    if ((probabilities[best] as number) < (probabilities[regime] as number) + this.#margin) return false;
    values[REGIME] = best;
    values[SINCE] = atMs;
    values[CHANGED] = observation;
    return true;
  }
}

export const REGIME = 0;
const SINCE = 1;
const CHANGED = 2;
export const SWITCH_SIZE = 3;
