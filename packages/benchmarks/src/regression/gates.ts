import type { Baseline } from './baselines.ts';
import { isSameEnvironment } from '../measuring/fingerprint.ts';

/** How much worse each kind of figure may be than in the pinned baseline, as a share: coarse, for figures of different days. */
export interface GateThresholds {
  /** Default 0.10 less. */
  readonly throughput: number;
  /** Default 0.20 more. */
  readonly latency: number;
  /** Default 0.25 more. */
  readonly cpu: number;
  /** Default 0.30 more. */
  readonly memory: number;
}

/** Throughput -10 %, latency +20 %, CPU +25 %, memory +30 %. */
export const GATES: GateThresholds = { throughput: 0.1, latency: 0.2, cpu: 0.25, memory: 0.3 };

/** One figure that is worse than it may be. */
export interface GateViolation {
  /** `workload, length / contender / metric`. */
  readonly figure: string;
  readonly kind: keyof GateThresholds;
  readonly pinned: number;
  readonly current: number;
  /** Current divided by pinned. */
  readonly ratio: number;
}

/** What the gates found. */
export interface GateReport {
  /** False when machine or Node differ: then nothing is compared, and nothing passed. */
  readonly isComparable: boolean;
  /** How many figures both have. */
  readonly compared: number;
  /** How many figures of the pinned one the current one does not have: not run this time, or for another length. */
  readonly missing: number;
  readonly violations: readonly GateViolation[];
}

/** Holds a result against a pinned baseline. Figures that only one of them has, and of no known kind, are not compared: how many are missing is told. */
export function checkGates(pinned: Baseline, current: Baseline, thresholds: GateThresholds = GATES): GateReport {
  if (!isSameEnvironment(pinned.fingerprint, current.fingerprint)) {
    return { isComparable: false, compared: 0, missing: 0, violations: [] };
  }
  let compared = 0;
  let missing = 0;
  const violations: GateViolation[] = [];
  for (const [figure, before] of Object.entries(pinned.figures)) {
    const now = current.figures[figure];
    const kind = gateKindOf(figure);
    if (kind === undefined || !(before > 0)) continue;
    if (now === undefined) {
      missing += 1;
      continue;
    }
    compared += 1;
    const ratio = now / before;
    const isWorse = kind === 'throughput' ? ratio < 1 - thresholds.throughput : ratio > 1 + thresholds[kind];
    if (isWorse) violations.push({ figure, kind, pinned: before, current: now, ratio });
  }
  return { isComparable: true, compared, missing, violations };
}

/** Of which kind a figure is, by the name of its metric; undefined of one that is neither better nor worse for being greater. */
export function gateKindOf(figure: string): keyof GateThresholds | undefined {
  const metric = figure.split(' / ').at(-1) ?? '';
  if (metric.endsWith('PerSecond')) return /offeredPerSecond$/i.test(metric) ? undefined : 'throughput';
  if (/^(?:p|\w+P)\d+Us$/.test(metric)) return 'latency';
  // The CPU time of an open loop is that of its pacing, so only what a message costs in a closed one is gated.
  if (metric.startsWith('cpuNsPer')) return 'cpu';
  return metric.endsWith('Mb') || metric === 'bytesPerMessage' ? 'memory' : undefined;
}
