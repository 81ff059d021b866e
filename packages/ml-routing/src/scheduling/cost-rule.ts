import {
  PRIORITIES,
  PRIORITY_NAMES,
  ValidationError,
  hasWildcard,
  isPattern,
  patternMatches,
  showValue,
  type Priority,
  type PriorityName,
  type ValidationIssue,
} from '@tradewind/core-types';

/**
 * What waiting costs for the topics of a pattern, in any unit that all rules share: money, or points.
 *
 * A message that waits `w` milliseconds costs `perMs * w + perMsSquared * w²`; one that expires costs `missed` besides.
 */
export interface CostRule {
  /** A topic or a pattern; the first rule that matches a topic counts. */
  readonly pattern: string;
  /** Cost of a millisecond of waiting, 0 to 1e9. Default: that of the priority with which the topic was first published. */
  readonly perMs?: number | undefined;
  /** Cost of a squared millisecond of waiting, 0 to 1e9. Default 0. */
  readonly perMsSquared?: number | undefined;
  /** Cost of expiring before a handler could start, 0 to 1e12. Default: what 50 ms of waiting cost by `perMs`. */
  readonly missed?: number | undefined;
}

/** Cost of a millisecond of waiting by the name of the priority. */
export type PriorityCosts = Readonly<Partial<Record<PriorityName, number | undefined>>>;

/** The three numbers that a topic has in the end. */
export interface TopicCost {
  readonly perMs: number;
  readonly perMsSquared: number;
  readonly missed: number;
}

/** A millisecond of CRITICAL waiting is worth four of HIGH, and so on down. */
const DEFAULT_PER_MS: readonly [number, number, number, number] = [64, 16, 4, 1];
const DEFAULT_MISSED_MS = 50;
const MAX_RATE = 1e9;
const MAX_MISSED = 1e12;
const MAX_RULES = 1_000;

/** The costs that were declared. Looked up once per topic, not per message. */
export class CostBook {
  readonly #rules: readonly CostRule[];
  readonly #perMs: readonly number[];

  /** @throws ValidationError `INVALID_OPTIONS` with every member that is wrong. */
  constructor(rules: readonly CostRule[] = [], priorityCosts: PriorityCosts = {}) {
    const issues = [...issuesOfRules(rules), ...issuesOfPriorities(priorityCosts)];
    const [first] = issues;
    if (first !== undefined) {
      const hint = 'Give costs that are finite and not negative, in one unit for all rules.';
      throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint });
    }
    this.#rules = rules.map((rule) => ({ ...rule }));
    this.#perMs = PRIORITIES.map((lane) => priorityCosts[PRIORITY_NAMES[lane]] ?? DEFAULT_PER_MS[lane]);
  }

  /** What waiting costs for a topic that was published with this priority. */
  of(topic: string, declared: Priority): TopicCost {
    const rule = this.#rules.find(({ pattern }) =>
      hasWildcard(pattern) ? patternMatches(pattern, topic) : pattern === topic,
    );
    const perMs = rule?.perMs ?? this.ofPriority(declared);
    return { perMs, perMsSquared: rule?.perMsSquared ?? 0, missed: rule?.missed ?? perMs * DEFAULT_MISSED_MS };
  }

  /** Cost of a millisecond of waiting where no rule says otherwise. */
  ofPriority(declared: Priority): number {
    return this.#perMs[declared] ?? DEFAULT_PER_MS[declared];
  }
}

function issuesOfRules(rules: unknown): readonly ValidationIssue[] {
  if (!Array.isArray(rules) || rules.length > MAX_RULES) {
    return [{ path: 'costs', expected: `an array of at most ${MAX_RULES} rules`, received: showValue(rules) }];
  }
  return rules.flatMap((rule: unknown, at) => {
    const path = `costs[${at}]`;
    if (typeof rule !== 'object' || rule === null) return [{ path, expected: 'a rule', received: showValue(rule) }];
    const { pattern, perMs, perMsSquared, missed } = rule as Readonly<Record<keyof CostRule, unknown>>;
    return [
      ...(isPattern(pattern)
        ? []
        : [{ path: `${path}.pattern`, expected: 'a topic or a pattern', received: showValue(pattern) }]),
      ...issuesOfNumber(`${path}.perMs`, perMs, MAX_RATE),
      ...issuesOfNumber(`${path}.perMsSquared`, perMsSquared, MAX_RATE),
      ...issuesOfNumber(`${path}.missed`, missed, MAX_MISSED),
    ];
  });
}

function issuesOfPriorities(costs: unknown): readonly ValidationIssue[] {
  if (typeof costs !== 'object' || costs === null) {
    return [{ path: 'priorityCosts', expected: 'costs by priority', received: showValue(costs) }];
  }
  return Object.entries(costs).flatMap(([name, value]: [string, unknown]) =>
    (PRIORITY_NAMES as readonly string[]).includes(name)
      ? issuesOfNumber(`priorityCosts.${name}`, value, MAX_RATE)
      : [{ path: `priorityCosts.${name}`, expected: 'CRITICAL, HIGH, NORMAL or LOW', received: showValue(name) }],
  );
}

function issuesOfNumber(path: string, value: unknown, max: number): readonly ValidationIssue[] {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= max)) return [];
  return [{ path, expected: `a number from 0 to ${max}`, received: showValue(value) }];
}
