/** How the semantic routes say no, beside `ValidationError`. Switch on it; never on the text of the message. */
export type SemanticErrorCode = 'ORDERS_ARE_EXACT';

/**
 * `ORDERS_ARE_EXACT`: a query asked for topics of orders, executions or commands. These are subscribed to by an exact topic or pattern and by nothing
 * that could be mistaken. Tell it by `code`, never by `instanceof`.
 */
export class SemanticError extends Error {
  readonly code: SemanticErrorCode;

  constructor(code: SemanticErrorCode, message: string) {
    super(message);
    this.name = 'SemanticError';
    this.code = code;
  }
}
