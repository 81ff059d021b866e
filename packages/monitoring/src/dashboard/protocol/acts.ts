/** What an operator can do from the page. */
export type ActKind =
  | 'acknowledge'
  | 'escalate'
  | 'silence'
  | 'expire-silence'
  | 'retry-dead-letters'
  | 'purge-dead-letters'
  | 'run-remedy'
  | 'enable-remediation'
  | 'close-circuit'
  | 'undo-decision';

/** What became of an act. */
export type ActResult =
  /** It was done. */
  | 'done'
  /** What it was about said no, or was not there: nothing was changed. */
  | 'refused'
  /** It broke off with an error; a part of it may have been done. */
  | 'failed';

/** One act of somebody on the page, or of a program by the same paths. Immutable. */
export interface ActRow {
  /** Counts from 1, since the process began. */
  readonly id: number;
  /** When it was asked for. */
  readonly atMs: number;
  /** The name of the token, or, without tokens, the name that was given. */
  readonly by: string;
  readonly act: ActKind;
  /** On what: `store desk:memory, all of orders.*`, `optimizer of desk, decision 4`. Names and patterns, never a payload. */
  readonly on: string;
  readonly result: ActResult;
  /** What came of it, where there is more to say: `12 retried, 1 failed`; why it was refused. Empty otherwise. */
  readonly detail: string;
}

/**
 * `GET /api/acts`, and the event `acts` of the stream after each act: what operators did from here. Kept in memory, so it begins anew with the
 * process; each act is logged too (`dashboard.act`), for what has to be kept.
 */
export interface ActsAnswer {
  /** Newest first; the last 200. */
  readonly acts: readonly ActRow[];
  /** How many there were before these, and are forgotten. */
  readonly forgotten: number;
}
