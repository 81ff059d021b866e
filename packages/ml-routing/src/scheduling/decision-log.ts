import { PRIORITY_NAMES, type Priority, type PriorityName } from '@tradewind/core-types';
import { LANES } from './lanes.ts';

/** What decided a pick: strict priority, the index, CRITICAL before everything else, a message too old to be passed over, or the kill switch. */
export type PickCause = 'strict' | 'index' | 'critical' | 'aged' | 'disabled';

/** Why a lane was picked. */
export interface PickExplanation {
  readonly atMs: number;
  readonly lane: PriorityName;
  readonly cause: PickCause;
  /** The policy in force: a name such as `index-corrected`. */
  readonly policy: string;
  /** Index by lane, cost per squared millisecond; only of lanes that had something runnable, and only where the index was computed. */
  readonly index: Readonly<Partial<Record<PriorityName, number>>>;
  /** For people. */
  readonly text: string;
}

const CAUSES: readonly [PickCause, ...PickCause[]] = ['strict', 'index', 'critical', 'aged', 'disabled'];
/** Places in {@link CAUSES}: the hot path writes a number. */
export const CAUSE = { strict: 0, index: 1, critical: 2, aged: 3, disabled: 4 } as const;

/** The last decisions, in columns: a few numbers are written per pick, and the sentences are made for whoever asks. */
export class DecisionLog {
  readonly #atMs = new Float64Array(SIZE);
  readonly #lane = new Uint8Array(SIZE);
  readonly #cause = new Uint8Array(SIZE);
  readonly #policy = new Uint8Array(SIZE);
  readonly #values = new Float64Array(SIZE * LANES);
  /** Picks by cause. */
  readonly byCause: Float64Array<ArrayBuffer> = new Float64Array(CAUSES.length);
  /** Picks by lane, of some thousand lately. */
  readonly byLane: Float64Array<ArrayBuffer> = new Float64Array(LANES);
  #written = 0;

  /** Notes a pick. @param cause - Its place, as in {@link CAUSE}. @param policy - Its place in the list of policies. */
  write(nowMs: number, lane: Priority, cause: number, policy: number): void {
    const at = this.#written & (SIZE - 1);
    this.#written += 1;
    this.#atMs[at] = nowMs;
    this.#lane[at] = lane;
    this.#cause[at] = cause;
    this.#policy[at] = policy;
    this.byCause[cause] = (this.byCause[cause] as number) + 1;
    this.byLane[lane] = (this.byLane[lane] as number) + 1;
    if ((this.#written & (LATELY - 1)) === 0) this.#fade();
  }

  /** Which part of the picks each lane got lately: by priority, together 1; nothing but zeros before the first. */
  shares(): readonly [number, number, number, number] {
    const [critical = 0, high = 0, normal = 0, low = 0] = this.byLane;
    const all = critical + high + normal + low;
    return all === 0 ? [0, 0, 0, 0] : [critical / all, high / all, normal / all, low / all];
  }

  #fade(): void {
    for (let lane = 0; lane < LANES; lane += 1) this.byLane[lane] = (this.byLane[lane] as number) / 2;
  }

  /** The index by lane of the decision that is written next. */
  writeValues(values: Float64Array): void {
    const from = (this.#written & (SIZE - 1)) * LANES;
    for (let lane = 0; lane < LANES; lane += 1) this.#values[from + lane] = values[lane] as number;
  }

  /** Newest first. */
  recent(limit: number, policyName: (policy: number) => string): readonly PickExplanation[] {
    const count = Math.max(0, Math.min(limit, SIZE, this.#written));
    return Array.from({ length: count }, (_, back) =>
      this.#explain((this.#written - 1 - back) & (SIZE - 1), policyName),
    );
  }

  #explain(at: number, policyName: (policy: number) => string): PickExplanation {
    const cause = CAUSES[this.#cause[at] as number] ?? 'strict';
    const lane = PRIORITY_NAMES[this.#lane[at] as Priority];
    const policy = policyName(this.#policy[at] as number);
    const hasIndex = cause === 'index';
    const index: Partial<Record<PriorityName, number>> = {};
    for (const [priority, name] of PRIORITY_NAMES.entries()) {
      const value = this.#values[at * LANES + priority] as number;
      if (hasIndex && value >= 0) index[name] = value;
    }
    return { atMs: this.#atMs[at] as number, lane, cause, policy, index, text: describe(cause, lane, policy, index) };
  }
}

function describe(
  cause: PickCause,
  lane: PriorityName,
  policy: string,
  index: Readonly<Partial<Record<PriorityName, number>>>,
): string {
  switch (cause) {
    case 'strict':
      return `${lane}: the most urgent lane with work (strict priority)`;
    case 'disabled':
      return `${lane}: the most urgent lane with work (learning is switched off)`;
    case 'aged':
      return `${lane}: its oldest message waited too long`;
    case 'critical':
      return `${lane}: it goes before everything else, whatever the index says`;
    default:
      return `${lane}: the highest cost saved per time (${policy}: ${show(index)})`;
  }
}

function show(index: Readonly<Partial<Record<PriorityName, number>>>): string {
  return Object.entries(index)
    .map(([name, value]) => `${name} ${Number.isFinite(value) ? value.toPrecision(3) : 'expired'}`)
    .join(', ');
}

/** A power of two. */
const SIZE = 256;
/** Picks after which earlier ones count half; a power of two. */
const LATELY = 2_048;
