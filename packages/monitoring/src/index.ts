// Monitoring
export { Monitoring, createMonitoring, type TextOptions } from './monitoring.ts';
export type { MonitoringOptions } from './options.ts';
export { LEVELS, type MonitoringLevel } from './levels/level.ts';
export { MonitoringError, type MonitoringErrorCode, type MonitoringErrorDetails } from './errors.ts';

// Parts
export type { SystemPartsOptions } from './parts/system-parts.ts';
export type { Monitored, PlacedPart } from './parts/walk-parts.ts';

// Metrics
export type { FamilyView } from './scraping/family.ts';
export type { Folded, KeptHistogram, MetricKind, Series } from './scraping/series.ts';
export { TEXT_FORMAT } from './exposition/text-format.ts';
export { Window, type LabelFilter } from './windows/window.ts';

// Health
export { componentsOf, type ComponentHealth } from './health/health-tree.ts';
