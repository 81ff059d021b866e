/** Every way in which a request is refused. */
export type DashboardFailureCode =
  /** 401: there is no login, or it is over. */
  | 'LOGIN_REQUIRED'
  /** 401: not a token of this dashboard. */
  | 'WRONG_TOKEN'
  /** 403: it is for operators, or the origin is another one. */
  | 'FORBIDDEN'
  /** 404: no such path, bus, store, rule, alert. */
  | 'NOT_FOUND'
  /** 400: the request is not as it must be; `hint` says how. */
  | 'INVALID_REQUEST'
  /** 405, 413, 415, 421, 429 */
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TOO_LARGE'
  | 'NOT_JSON'
  | 'WRONG_HOST'
  | 'TOO_MANY_ATTEMPTS'
  /** 503: as many streams as may be are open. */
  | 'TOO_MANY_VIEWERS'
  /** 409: it was understood, and what it is about says no: an alert that is over, a remedy while another runs. */
  | 'REFUSED'
  /** 500 */
  | 'FAILED';

/** What every refused request is answered with. */
export interface DashboardFailure {
  readonly code: DashboardFailureCode;
  /** What was expected and what came. */
  readonly message: string;
  /** The next step. */
  readonly hint: string;
}

/** What an act without more to tell is answered with. */
export interface Done {
  readonly ok: true;
}
