import { series } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond } from './short-hand.ts';

/** What plugins and schedulers decide, and what they have learned. */
export const routing: RowDraft = {
  title: 'Routing',
  panels: [
    {
      title: 'Cut off',
      description: '1: the circuit breaker of a plugin or scheduler is open, and messages go on without it.',
      unit: 'short',
      max: 1,
      queries: [
        { expression: series('tradewind_plugin_circuit_open'), legend: '{{bus}} {{plugin}}' },
        { expression: series('tradewind_scheduler_circuit_open'), legend: '{{bus}} {{scheduler}}' },
      ],
      limits: [{ value: 0.5 }],
      runbook: 'tradewind-plugin-circuit-open.md',
    },
    {
      title: 'Drops by plugins',
      description: 'Messages that a plugin gave up, on purpose.',
      unit: 'mps',
      queries: [{ expression: perSecond('tradewind_plugin_drops_total', ['bus', 'plugin']), legend: '{{plugin}}' }],
      runbook: 'tradewind-routing-drops-high.md',
    },
    {
      title: 'Regime of the market',
      description: 'How probable each regime is.',
      unit: 'percentunit',
      stacked: true,
      max: 1,
      queries: [{ expression: series('tradewind_regime_probability'), legend: '{{regime}}' }],
    },
    {
      title: 'Gain of learned scheduling',
      description: 'What is saved of the cost of waiting over the static policy, with the bounds of its interval.',
      unit: 'percentunit',
      queries: [{ expression: series('tradewind_ml_scheduling_gain_ratio'), legend: '{{bound}}' }],
      runbook: 'tradewind-learned-policy-worse.md',
    },
    {
      title: 'Picks by cause',
      description: 'Why a lane was next.',
      unit: 'ops',
      stacked: true,
      queries: [{ expression: perSecond('tradewind_ml_scheduling_picks_total', ['cause']), legend: '{{cause}}' }],
    },
    {
      title: 'Changes of policy',
      description: 'Policies that were adopted, and those among them that were taken back.',
      unit: 'ops',
      queries: [
        { expression: perSecond('tradewind_ml_scheduling_policy_changes_total', ['kind']), legend: '{{kind}}' },
      ],
      runbook: 'tradewind-optimizer-oscillating.md',
    },
    {
      title: 'Latency of paths, predicted',
      description: 'Mean latency of each path, and how far predictions were off.',
      unit: 's',
      width: 12,
      queries: [
        { expression: series('tradewind_predicted_paths_latency_seconds'), legend: '{{path}} latency' },
        { expression: series('tradewind_predicted_paths_error_seconds'), legend: '{{path}} error' },
      ],
    },
    {
      title: 'Choices of paths',
      description: 'What decided which path a message took.',
      unit: 'ops',
      width: 12,
      queries: [{ expression: perSecond('tradewind_predicted_paths_choices_total', ['cause']), legend: '{{cause}}' }],
    },
  ],
};
