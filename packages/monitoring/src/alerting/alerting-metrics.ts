import type { MetricsSink } from '@tradewind/core-types';
import type { ChannelCounts } from '../notifying/delivery.ts';
import { SEVERITIES } from '../rules/alert-rule.ts';
import type { AlertRecord } from './alert-record.ts';

const HELP = {
  tradewind_alerts: 'Alerts by severity and state.',
  tradewind_alert_evaluations_total: 'How often the rules were evaluated.',
  tradewind_alert_evaluation_seconds_total: 'Time for evaluating the rules.',
  tradewind_alert_evaluation_timestamp_seconds: 'When the rules were evaluated last, in seconds since the epoch.',
  tradewind_alert_rule_failures_total: 'Evaluations of single rules that failed.',
  tradewind_notifications_total: 'Notifications by channel: sent, failed after all attempts, overflowed.',
  tradewind_notification_retries_total: 'Attempts after the first, by channel.',
  tradewind_notifications_second_total: 'Notifications that came here because another channel failed.',
};

/** What the alerting counts of itself. */
export class AlertingMetrics {
  #evaluations = 0;
  #seconds = 0;
  #evaluatedAtMs = 0;
  #ruleFailures = 0;

  evaluated(nowMs: number, tookMs: number): void {
    this.#evaluations += 1;
    this.#seconds += tookMs / MS_PER_SECOND;
    this.#evaluatedAtMs = nowMs;
  }

  ruleFailed(): void {
    this.#ruleFailures += 1;
  }

  collect(
    into: MetricsSink,
    records: Iterable<AlertRecord>,
    channels: Iterable<readonly [string, Readonly<ChannelCounts>]>,
  ): void {
    for (const [name, help] of Object.entries(HELP)) into.describe(name, help);
    const open = [...records];
    for (const severity of SEVERITIES) {
      for (const state of SHOWN_STATES) {
        const count = open.filter((record) => record.severity === severity && record.state === state).length;
        into.gauge('tradewind_alerts', count, { severity, state });
      }
    }
    into.counter('tradewind_alert_evaluations_total', this.#evaluations);
    into.counter('tradewind_alert_evaluation_seconds_total', this.#seconds);
    if (this.#evaluations > 0) {
      into.gauge('tradewind_alert_evaluation_timestamp_seconds', this.#evaluatedAtMs / MS_PER_SECOND);
    }
    into.counter('tradewind_alert_rule_failures_total', this.#ruleFailures);
    for (const [channel, { sent, failed, overflowed, retried, second }] of channels) {
      into.counter('tradewind_notifications_total', sent, { channel, outcome: 'sent' });
      into.counter('tradewind_notifications_total', failed, { channel, outcome: 'failed' });
      into.counter('tradewind_notifications_total', overflowed, { channel, outcome: 'overflowed' });
      into.counter('tradewind_notification_retries_total', retried, { channel });
      into.counter('tradewind_notifications_second_total', second, { channel });
    }
  }
}

const SHOWN_STATES = ['pending', 'firing', 'acknowledged'] as const;
const MS_PER_SECOND = 1_000;
