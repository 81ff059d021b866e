// What the server and the page say to each other: types alone.
export type { DashboardBus, DashboardRole, DashboardScreen, DashboardSession, LoginRequest } from './session.ts';
export type {
  Frame,
  LaneFrame,
  Percentiles,
  PriorityLatency,
  ProcessFrame,
  StreamSnapshot,
  Throughput,
  WorkersFrame,
} from './frame.ts';
export type { HistoryAnswer, HistoryChart } from './history.ts';
export type { Observation, SubscriptionRow, TopicRow, TopicsAnswer } from './topics.ts';
export type { DeadLetterStoreRow, Figure, TransportRow, TransportsAnswer } from './transports.ts';
export type {
  DeadLetterRow,
  DeadLettersAnswer,
  DeadLettersPurged,
  DeadLettersRequest,
  DeadLettersRetried,
} from './dead-letters.ts';
export type { OpportunityLegRow, OpportunityRow, VenueRow, VenuesAnswer } from './venues.ts';
export type {
  DecisionRow,
  LearnedGainRow,
  LearnedPriority,
  RegimeRow,
  RoutingAnswer,
  RoutingPluginRow,
} from './routing.ts';
export type {
  AcknowledgeBody,
  AlertChanged,
  AlertRow,
  AlertsAnswer,
  EscalateBody,
  ExpireSilenceBody,
  ExplainingSeries,
  ExplanationAnswer,
  RunbookAnswer,
  SilenceBody,
  SilenceMade,
} from './alerts.ts';
export type {
  CircuitBody,
  HealthAnswer,
  RemediationBody,
  RemediationRow,
  RemedyBody,
  RemedyRow,
  RemedyRun,
} from './health.ts';
export type { OptimizerAnswer, OptimizerDecisionRow, UndoBody } from './optimizer.ts';
export type { TailBatch, TailMessage } from './tail.ts';
export type { ActKind, ActResult, ActRow, ActsAnswer } from './acts.ts';
export type { DashboardFailure, DashboardFailureCode, Done } from './failure.ts';
