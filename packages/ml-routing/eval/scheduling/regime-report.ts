import type { MeanInterval } from '../interval.ts';
import { worthOfRegime, type RegimeRun } from './regime-ablation.ts';
import { REGIME_LOADS } from './regime-load.ts';

/** One run on one line. */
export function regimeLine({ load, seed, ...cost }: RegimeRun): string {
  const over = (by: 'detected' | 'truth' | 'strict'): string => (cost[by] / cost.without).toFixed(4);
  return `${load} #${seed}: with the regime over without, as detected ${over('detected')}, the true one ${over('truth')}; strict priority ${over('strict')}`;
}

/** What the regime is worth to scheduling, as a part of the page; nothing where nothing was run. */
export function regimePart(runs: readonly RegimeRun[], messages: number): readonly string[] {
  if (runs.length === 0) return [];
  const seeds = new Set(runs.map(({ seed }) => seed));
  return [
    '### What the market\u2019s regime is worth to it',
    '',
    `Two more loads, of ${(2 * messages).toLocaleString('en')} messages with ${seeds.size} seeds each, that follow a simulated market through some ten spells of its regimes: each regime brings another rate of messages and`,
    'other service times, drawn anew for each seed between half and twice the usual; in the second load also other deadlines. The router without a regime, beside the same router with that of `MarketRegimeDetector`, from the',
    'ticks, and with the true one. Costs of what comes after the first third.',
    '',
    '| load | cost with the detected regime / without | with the true one / without | what it says |',
    '|---|---|---|---|',
    ...REGIME_LOADS.map((load) => {
      const own = runs.filter((run) => run.load === load);
      const detected = worthOfRegime(own, 'detected');
      return `| ${load} | ${show(detected)} | ${show(worthOfRegime(own, 'truth'))} | ${verdict(detected)} |`;
    }),
    '',
    '(In brackets the 95 % interval by Student\u2019s t over the seeds. Below 1 the regime is worth something.) What there is to gain comes from service times that are known when a regime comes back. That another policy is the',
    'best one in another regime was not seen on these loads, and hardly ever adopted: how much waits, by which policies are chosen anyway, says most of what a regime would.',
    '',
  ];
}

function show({ mean, from, to }: MeanInterval): string {
  return `${mean.toFixed(4)} (${from.toFixed(4)} to ${to.toFixed(4)})`;
}

function verdict({ from, to }: MeanInterval): string {
  if (to < 1) return 'worth something';
  return from > 1 ? 'does harm' : 'worth nothing that these runs could show';
}
