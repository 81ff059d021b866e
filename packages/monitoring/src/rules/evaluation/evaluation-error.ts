/** An expression that has no meaning for the series at hand. Programs switch on `code`. */
export class RuleEvaluationError extends Error {
  readonly code = 'RULE_NOT_EVALUABLE';

  constructor(message: string) {
    super(`${message} Aggregate that side, or name the labels that must be equal.`);
    this.name = 'RuleEvaluationError';
  }
}
