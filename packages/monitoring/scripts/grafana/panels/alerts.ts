import { series, sum } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond } from './short-hand.ts';

/** What fires, who was told, what was done about it, and what watching costs. */
export const alerts: RowDraft = {
  title: 'Alerts and remediation',
  panels: [
    {
      title: 'Firing, as Prometheus sees it',
      description: 'The watchdog always fires: nothing here means that rules are not evaluated.',
      unit: 'short',
      queries: [
        {
          expression: sum(['alertname', 'severity'], series('ALERTS', { alertstate: 'firing' })),
          legend: '{{alertname}} {{severity}}',
        },
      ],
      runbook: 'README.md',
    },
    {
      title: 'Alerts in the process',
      description: 'By severity and state.',
      unit: 'short',
      stacked: true,
      queries: [{ expression: series('tradewind_alerts'), legend: '{{bus}} {{severity}} {{state}}' }],
      runbook: 'README.md',
    },
    {
      title: 'Notifications',
      description: 'By channel and outcome.',
      unit: 'ops',
      queries: [
        {
          expression: perSecond('tradewind_notifications_total', ['channel', 'outcome']),
          legend: '{{channel}} {{outcome}}',
        },
      ],
      runbook: 'tradewind-notifications-failing.md',
    },
    {
      title: 'Remediation',
      description: 'What became of each diagnosis. dry-run: it was written down and not done.',
      unit: 'short',
      queries: [
        {
          expression: sum(['rule', 'result'], series('tradewind_remediation_runs_total')),
          legend: '{{rule}} {{result}}',
        },
      ],
      runbook: 'tradewind-remediation-failing.md',
    },
    {
      title: 'Time of evaluation',
      description: 'Seconds of processor that evaluating rules takes each second.',
      unit: 's',
      queries: [{ expression: perSecond('tradewind_alert_evaluation_seconds_total', ['bus']), legend: '{{bus}}' }],
      runbook: 'tradewind-rule-evaluation-stalled.md',
    },
    {
      title: 'Series',
      description: 'What is shown, and what is beyond its bound and shown as "other".',
      unit: 'short',
      queries: [
        { expression: series('tradewind_monitoring_series'), legend: '{{bus}} shown' },
        { expression: series('tradewind_monitoring_series_folded'), legend: '{{bus}} folded' },
      ],
      limits: [{ value: 2_000 }],
      runbook: 'tradewind-metrics-cardinality.md',
    },
  ],
};
