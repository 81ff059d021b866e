export { findBrokenRules, type BrokenRule, type ConformanceRule } from './rule.ts';

// Transports
export type { TransportPlace, TransportSubject } from './transport/subject.ts';
export type { TransportRule } from './transport/transport-rule.ts';
export { TRANSPORT_RULES, transportRulesFor, transportSuite } from './transport/transport-suite.ts';
