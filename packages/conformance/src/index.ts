export { findBrokenRules, type BrokenRule, type ConformanceRule } from './rule.ts';

// Transports
export type { TransportPlace, TransportSubject } from './transport/subject.ts';
export type { TransportRule } from './transport/transport-rule.ts';
export { TRANSPORT_RULES, transportRulesFor, transportSuite } from './transport/transport-suite.ts';

// Routing plugins
export { routingPluginSuite } from './routing-plugin/routing-plugin-suite.ts';
export { ROUTING_PLUGIN_RULES } from './routing-plugin/rules.ts';
export type { RoutingPluginSubject } from './routing-plugin/subject.ts';

// Lane schedulers
export { laneSchedulerSuite } from './lane-scheduler/lane-scheduler-suite.ts';
export { LANE_SCHEDULER_RULES } from './lane-scheduler/rules.ts';
export type { LaneSchedulerSubject } from './lane-scheduler/subject.ts';

// Buses
export { BUS_RULES, busSuite } from './bus/bus-suite.ts';
export type { BusRule } from './bus/bus-rule.ts';
export type { BusSubject } from './bus/subject.ts';
