/** What a child is to do. */
export interface DuelChildTask {
  readonly contender: string;
  readonly workload: string;
  readonly seed: number;
  readonly warmUpMessages: number;
}

/** A portion of so many messages; 0 asks for the account. */
export interface DuelRequest {
  readonly messages: number;
}

/** What a side answers: nanoseconds of CPU time a message, and what is wrong with the receipts. */
export interface DuelAnswer {
  readonly figure: number;
  readonly problems: readonly string[];
}
