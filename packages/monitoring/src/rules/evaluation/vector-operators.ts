import { MonitoringError } from '../../errors.ts';
import type { ArithmeticOperator, CompareOperator, Matching, SetOperator } from '../expressions/expression.ts';
import { only, signature, type Evaluated, type Sample } from './sample.ts';

type Operator = ArithmeticOperator | CompareOperator;

/** Two sides joined by an arithmetic operator or a comparison. A comparison keeps the values of the left side for which it holds. */
export function combine(left: Evaluated, operator: Operator, right: Evaluated, matching: Matching): Evaluated {
  if (typeof left === 'number') {
    if (typeof right === 'number') return applied(left, operator, right) ?? [];
    // With the number on the left it is the value of the series that a comparison keeps.
    return right.flatMap(({ labels, value }) =>
      kept(labels, applied(left, operator, value), isCompare(operator) ? value : undefined),
    );
  }
  if (typeof right === 'number') {
    return left.flatMap(({ labels, value }) => kept(labels, applied(value, operator, right)));
  }
  return matched(left, operator, right, matching);
}

function matched(
  left: readonly Sample[],
  operator: Operator,
  right: readonly Sample[],
  { on, manyToOne }: Matching,
): readonly Sample[] {
  const partners = new Map<string, Sample>();
  for (const sample of right) {
    const key = keyOf(sample, on);
    if (partners.has(key)) throw ambiguous('right', operator);
    partners.set(key, sample);
  }
  const used = new Set<string>();
  const results: Sample[] = [];
  for (const sample of left) {
    const key = keyOf(sample, on);
    const partner = partners.get(key);
    if (partner === undefined) continue;
    const result = applied(sample.value, operator, partner.value);
    if (result === undefined) continue;
    if (manyToOne !== true && used.has(key)) throw ambiguous('left', operator);
    used.add(key);
    results.push({
      labels: on === undefined || manyToOne === true ? sample.labels : only(sample.labels, on),
      value: result,
    });
  }
  return results;
}

/** `and`, `or`, `unless`: the left side by what the right side has. */
export function joined(
  left: readonly Sample[],
  operator: SetOperator,
  right: readonly Sample[],
  on?: readonly string[],
): readonly Sample[] {
  if (operator === 'or') {
    const known = new Set(left.map((sample) => keyOf(sample, on)));
    return [...left, ...right.filter((sample) => !known.has(keyOf(sample, on)))];
  }
  const known = new Set(right.map((sample) => keyOf(sample, on)));
  return left.filter((sample) => known.has(keyOf(sample, on)) === (operator === 'and'));
}

function keyOf({ labels }: Sample, on: readonly string[] | undefined): string {
  return signature(on === undefined ? labels : only(labels, on));
}

function kept(labels: Sample['labels'], result: number | undefined, instead?: number): readonly Sample[] {
  return result === undefined ? [] : [{ labels, value: instead ?? result }];
}

/** The result; of a comparison the left value where it holds, undefined where not. */
function applied(left: number, operator: Operator, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return holds(left, operator, right) ? left : undefined;
  }
}

function holds(left: number, operator: CompareOperator, right: number): boolean {
  switch (operator) {
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
  }
}

function isCompare(operator: Operator): operator is CompareOperator {
  return operator !== '+' && operator !== '-' && operator !== '*' && operator !== '/';
}

function ambiguous(side: 'left' | 'right', operator: Operator): MonitoringError {
  const other = side === 'left' ? 'right' : 'left';
  return new MonitoringError('RULE_NOT_EVALUABLE', {
    message: `Expected one series on the ${side} of "${operator}" for each on the ${other}, and two have the same labels.`,
    hint: 'Aggregate that side, or name the labels that must be equal.',
  });
}
