// Monitoring
export { Monitoring, createMonitoring } from './monitoring.ts';
export type { MonitoringOptions } from './options.ts';
export { LEVELS, type MonitoringLevel } from './levels/level.ts';
export { MonitoringError, type MonitoringErrorCode, type MonitoringErrorDetails } from './errors.ts';

// Parts
export type { SystemPartsOptions } from './parts/system-parts.ts';
export type { Monitored, PlacedPart } from './parts/walk-parts.ts';

// Metrics
export type { FamilyView } from './scraping/family.ts';
export type { Folded, KeptHistogram, MetricKind, Series } from './scraping/series.ts';
export { TEXT_FORMAT, type TextOptions } from './exposition/text-format.ts';
export { Window, type LabelFilter } from './windows/window.ts';

// Health
export { componentsOf, type ComponentHealth } from './health/health-tree.ts';

// Serving
export { serveMonitoring, type MonitoringServer } from './serving/server.ts';
export { monitoringHandler, type RequestHandler } from './serving/handler.ts';
export type { ServeOptions } from './serving/options.ts';

// Dashboard
export { createDashboard, type Dashboard } from './dashboard/dashboard.ts';
export type { DashboardOptions } from './dashboard/options.ts';
export { serveDashboard, type DashboardServer, type ServeDashboardOptions } from './dashboard/serve-dashboard.ts';
export type { DashboardToken, Permission } from './dashboard/access/permissions.ts';
export type { AlertDesk, RemedyDesk } from './dashboard/sources/faces.ts';
export type { Beside } from './dashboard/sources/watched-bus.ts';
export type { DashboardRole } from './dashboard/protocol/index.ts';

// Remediation
export { Remediator, type CircuitReset } from './remediation/remediator.ts';
export type { RemediatorOptions } from './remediation/remediator-options.ts';
export type { OfferedRemedy } from './remediation/remedy-catalog.ts';
export { RemedyLock, type RemedyHolder } from './remediation/remedy-lock.ts';
export type { OpenCircuit } from './remediation/treatment.ts';
export { STANDARD_RULES, type RemediationRule } from './remediation/remediation-rule.ts';
export type { RemediationEntry, RemediationResult } from './remediation/remediation-entry.ts';
export { shedLane, type ShedLaneOptions } from './remediation/shed-lane.ts';

// Feeds
export { watchFeed, type WatchFeedOptions, type WatchedFeed } from './health/watch-feed.ts';

// History
export { HistoryStore, type HistoryOptions } from './history/history-store.ts';
export { Recording, type RecordingOptions } from './history/recorder.ts';
export { MemorySeriesStore, type MemorySeriesStoreOptions } from './history/memory-series-store.ts';
export type {
  LabelMatch,
  LabelsMatch,
  Scrape,
  ScrapedValue,
  SeriesSlice,
  SeriesStore,
} from './history/series-store.ts';

// Trends
export { baselineOf, deviationsFrom, type Baseline, type BaselineQuery } from './trends/baseline.ts';
export { changePoints, type ChangePoint, type ChangePointOptions } from './trends/change-points.ts';

// Alerts
export { Alerting, createAlerting } from './alerting/alerting.ts';
export type { AlertingOptions } from './alerting/options.ts';
export type { Watched } from './history/watched.ts';
export type { Acknowledgement, Alert, AlertState } from './alerting/alert.ts';
export type { AcknowledgeRequest } from './alerting/alert-book.ts';
export type { AuditEntry, AuditKind } from './alerting/audit-entry.ts';
export type { DeadMansSwitchOptions } from './alerting/dead-mans-switch.ts';
export type { EscalationPolicy, EscalationStep, Hours } from './alerting/escalation.ts';
export type { FlapDamping } from './alerting/flapping.ts';
export type { GroupingOptions } from './alerting/groups.ts';
export type { Silence, SilenceRequest } from './alerting/silences.ts';

// Telling
export type { Channel, Notification, Notifier } from './notifying/notification.ts';
export type { RetryOptions } from './notifying/delivery.ts';
export { alertmanagerNotifier, type AlertmanagerOptions } from './notifying/alertmanager-notifier.ts';
export { logNotifier } from './notifying/log-notifier.ts';
export { slackNotifier, type SlackOptions } from './notifying/slack-notifier.ts';
export { webhookNotifier, type WebhookOptions } from './notifying/webhook-notifier.ts';

// Rules: how they are made, see @tradewind/monitoring/rules
export type { AlertRule, Runbook, Severity } from './rules/alert-rule.ts';
export type {
  AbsentExpression,
  AbsoluteExpression,
  AggregateExpression,
  AggregateFunction,
  ArithmeticExpression,
  ArithmeticOperator,
  CalendarExpression,
  CalendarPart,
  CompareExpression,
  CompareOperator,
  Expression,
  Matching,
  PredictionExpression,
  QuantileExpression,
  RangeExpression,
  RangeFunction,
  ScalarExpression,
  SeriesExpression,
  SetExpression,
  SetOperator,
  TimeExpression,
  VectorExpression,
} from './rules/expressions/expression.ts';
