/** What somebody may do: a viewer looks, an operator acts too. */
export type DashboardRole = 'viewer' | 'operator';

/** The screens of the page; one whose source is not installed is not among those of a session. */
export type DashboardScreen =
  | 'overview'
  | 'topics'
  | 'transports'
  | 'venues'
  | 'routing'
  | 'alerts'
  | 'health'
  | 'optimizer'
  | 'tail';

/** A bus that is watched. */
export interface DashboardBus {
  readonly name: string;
  /** A `buffered` one has lanes, workers and paths; a `synchronous` one has none; `other` only reports figures. */
  readonly kind: 'buffered' | 'synchronous' | 'other';
  /** Those that have a source on this bus. */
  readonly screens: readonly DashboardScreen[];
}

/** `GET /api/session`: who looks, and at what. Before the login it is 401 with the code `LOGIN_REQUIRED`. */
export interface DashboardSession {
  readonly role: DashboardRole;
  /** Whether payloads of messages are shown. */
  readonly payloads: boolean;
  /** What the audit trails call who is logged in; null where nobody is (this machine, no token): then actions carry `by`. */
  readonly name: string | null;
  /** Whether there is a login that could be ended. */
  readonly loggedIn: boolean;
  /** Of this package. */
  readonly version: string;
  readonly buses: readonly DashboardBus[];
  /** Of all buses together. */
  readonly screens: readonly DashboardScreen[];
  /** The time of the server, in milliseconds since the epoch: ages are counted from it, not from the clock of the browser. */
  readonly nowMs: number;
  /** How long after a frame the next one comes. */
  readonly frameEveryMs: number;
}

/** `POST /api/login`. It is answered by a {@link DashboardSession} and a cookie that scripts cannot read. */
export interface LoginRequest {
  readonly token: string;
}
