import { short, type CasesByRule } from './rule-case.ts';

export const availabilityCases: CasesByRule = {
  TradewindBusDown: {
    fires: short(5, { 'tradewind_up{bus="main"}': '1x6 0x10', 'tradewind_up{bus="other"}': '1x20' }),
    quiet: short(5, { 'tradewind_up{bus="main"}': '1x20' }),
  },
  TradewindProcessDown: {
    fires: short(10, { 'up{job="tradewind"}': '1x8 0x20', 'tradewind_up{bus="main"}': '1x8 stale' }),
    quiet: short(10, { 'up{job="tradewind"}': '1x30', 'up{job="other"}': '0x30' }),
  },
  TradewindBusAbsent: {
    // Another bus goes on.
    fires: short(20, { 'tradewind_up{bus="risk"}': '1x20 stale', 'tradewind_up{bus="main"}': '1x60' }),
    // It went on elsewhere; and one that says that it is down is not absent.
    quiet: short(20, {
      'tradewind_up{bus="risk", pod="a"}': '1x20 stale',
      'tradewind_up{bus="risk", pod="b"}': '_x22 1x40',
      'tradewind_up{bus="main"}': '0x60',
    }),
  },
  TradewindNoBus: {
    fires: short(10, { 'tradewind_up{bus="main"}': '1x4' }),
    quiet: short(8, { 'tradewind_up{bus="main"}': '0x20' }),
  },
  TradewindBusRestarting: {
    fires: short(14, { 'tradewind_process_start_time_seconds{bus="main"}': '100x5 280x5 460x5 640x20' }),
    quiet: short(14, { 'tradewind_process_start_time_seconds{bus="main"}': '100x5 280x5 460x30' }),
  },
  TradewindComponentDown: {
    fires: short(5, { 'tradewind_health_status{bus="main", component="transports/redis"}': '1x4 0x10' }),
    quiet: short(5, { 'tradewind_health_status{bus="main", component="transports/redis"}': '1x4 0.5x10' }),
  },
  TradewindComponentDegraded: {
    fires: short(10, { 'tradewind_health_status{bus="main", component="plugins/regime"}': '1x4 0.5x30' }),
    quiet: short(10, { 'tradewind_health_status{bus="main", component="plugins/regime"}': '1x4 0x30' }),
  },
  TradewindHeartbeatMissing: {
    fires: short(10, { 'tradewind_transport_heartbeats_total{bus="main", part="transports/redis"}': '1+5x8 41x20' }),
    quiet: short(10, {
      'tradewind_transport_heartbeats_total{bus="main", part="transports/redis"}': '1+5x30',
      'tradewind_transport_heartbeats_total{bus="quiet", part="transports/redis"}': '0x30',
    }),
  },
  TradewindRemediationFailing: {
    fires: short(20, {
      'tradewind_remediation_runs_total{bus="main", rule="reconnect", result="failed"}': '0x9 1x9 2x9 3x30',
    }),
    quiet: short(20, {
      'tradewind_remediation_runs_total{bus="main", rule="reconnect", result="failed"}': '0x9 1x60',
      'tradewind_remediation_runs_total{bus="main", rule="reconnect", result="healed"}': '0+1x60',
    }),
  },
  TradewindRuleEvaluationStalled: {
    fires: short(10, { 'tradewind_alert_evaluation_timestamp_seconds{bus="main"}': '0+30x4 120x30' }),
    quiet: short(10, { 'tradewind_alert_evaluation_timestamp_seconds{bus="main"}': '0+30x30' }),
  },
  TradewindNotificationsFailing: {
    fires: short(10, {
      'tradewind_notifications_total{bus="main", channel="desk", outcome="failed"}': '0x9 1x4 2x20',
    }),
    quiet: short(10, {
      'tradewind_notifications_total{bus="main", channel="desk", outcome="failed"}': '3x30',
      'tradewind_notifications_total{bus="main", channel="desk", outcome="sent"}': '0+1x30',
    }),
  },
  TradewindMetricsCardinality: {
    fires: short(15, { 'tradewind_monitoring_series_folded{bus="main"}': '0x2 140x40' }),
    quiet: short(15, { 'tradewind_monitoring_series_folded{bus="main"}': '0x20 140x4 0x40' }),
  },
  TradewindWatchdog: {
    fires: short(1, {}),
    quiet: short(0, {}),
  },
};
