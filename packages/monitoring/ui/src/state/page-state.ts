import type {
  ActsAnswer,
  AlertsAnswer,
  DashboardSession,
  Frame,
  HealthAnswer,
  OptimizerAnswer,
  StreamSnapshot,
} from '../../../src/dashboard/protocol/index.ts';

/**
 * How the page hears from the server. `connecting`: not yet, or not yet again after nobody saw the page. `live`: a frame came in time. `stale`: the connection stands and frames are late.
 * `lost`: there is no connection; it is tried again.
 */
export type Link = 'connecting' | 'live' | 'stale' | 'lost';

/** Something to tell whoever looks, until it is closed. */
export interface Notice {
  readonly id: number;
  readonly kind: 'good' | 'critical';
  readonly text: string;
}

/** Everything that more than one part of the page looks at. Times are of the server's clock, in milliseconds since the epoch. */
export interface PageState {
  /** `login`: a token is asked for. */
  readonly phase: 'starting' | 'login' | 'open';
  readonly session: DashboardSession | undefined;
  readonly bus: string;
  readonly link: Link;
  /** When the next attempt is made, while it is lost. */
  readonly retryAtMs: number | undefined;
  /** What the server's clock is ahead of the browser's. */
  readonly clockAheadMs: number;
  readonly nowMs: number;
  /** When the newest frame came. */
  readonly heardAtMs: number | undefined;
  readonly frame: Frame | undefined;
  readonly alerts: AlertsAnswer | undefined;
  readonly health: HealthAnswer | undefined;
  readonly optimizer: OptimizerAnswer | undefined;
  readonly acts: ActsAnswer | undefined;
  readonly notices: readonly Notice[];
}

/** Everything that may happen to the page. `browserMs` is the clock of the browser. */
export type PageAction =
  | { readonly kind: 'login-required' }
  | { readonly kind: 'session'; readonly session: DashboardSession; readonly browserMs: number }
  | { readonly kind: 'bus-chosen'; readonly bus: string }
  | { readonly kind: 'snapshot'; readonly snapshot: StreamSnapshot; readonly browserMs: number }
  | { readonly kind: 'frame'; readonly frame: Frame; readonly browserMs: number }
  | { readonly kind: 'alerts'; readonly alerts: AlertsAnswer }
  | { readonly kind: 'health'; readonly health: HealthAnswer }
  | { readonly kind: 'optimizer'; readonly optimizer: OptimizerAnswer }
  | { readonly kind: 'acts'; readonly acts: ActsAnswer }
  | { readonly kind: 'lost'; readonly retryInMs: number; readonly browserMs: number }
  | { readonly kind: 'asleep' }
  | { readonly kind: 'tick'; readonly browserMs: number }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'notice-closed'; readonly id: number };

export const STARTING: PageState = {
  phase: 'starting',
  session: undefined,
  bus: '',
  link: 'connecting',
  retryAtMs: undefined,
  clockAheadMs: 0,
  nowMs: 0,
  heardAtMs: undefined,
  frame: undefined,
  alerts: undefined,
  health: undefined,
  optimizer: undefined,
  acts: undefined,
  notices: [],
};

/** The state after an action. Pure. */
export function reduce(state: PageState, action: PageAction): PageState {
  switch (action.kind) {
    case 'login-required':
      return { ...STARTING, phase: 'login' };
    case 'session':
      return withSession(state, action.session, action.browserMs);
    case 'bus-chosen':
      return action.bus === state.bus ? state : withBus(state, action.bus);
    case 'snapshot': {
      const { frame, alerts, health, optimizer, acts } = action.snapshot;
      const heard = heardFrame(state, frame, action.browserMs);
      return { ...heard, alerts: alerts ?? undefined, health, optimizer: optimizer ?? undefined, acts };
    }
    case 'frame':
      return heardFrame(state, action.frame, action.browserMs);
    case 'alerts':
      return { ...state, alerts: action.alerts };
    case 'health':
      return { ...state, health: action.health };
    case 'optimizer':
      return { ...state, optimizer: action.optimizer };
    case 'acts':
      return { ...state, acts: action.acts };
    case 'lost': {
      const nowMs = action.browserMs + state.clockAheadMs;
      return { ...state, link: 'lost', nowMs, retryAtMs: nowMs + action.retryInMs };
    }
    case 'asleep':
      return { ...state, link: 'connecting', retryAtMs: undefined };
    case 'tick':
      return ticked(state, action.browserMs);
    case 'notice':
      return { ...state, notices: [...state.notices, action.notice].slice(-MAX_NOTICES) };
    case 'notice-closed':
      return { ...state, notices: state.notices.filter(({ id }) => id !== action.id) };
  }
}

/** Whether what is shown is older than it should be, and has to be marked so. */
export function isOutOfDate({ link, frame }: PageState): boolean {
  return frame !== undefined && link !== 'live';
}

function withSession(state: PageState, session: DashboardSession, browserMs: number): PageState {
  const isThere = session.buses.some(({ name }) => name === state.bus);
  const bus = isThere ? state.bus : (session.buses[0]?.name ?? '');
  return {
    ...(bus === state.bus ? state : withBus(state, bus)),
    phase: 'open',
    session,
    clockAheadMs: session.nowMs - browserMs,
    nowMs: session.nowMs,
  };
}

/** Numbers of one bus are none of another. */
function withBus(state: PageState, bus: string): PageState {
  return { ...state, bus, frame: undefined, heardAtMs: undefined, link: 'connecting' };
}

/** A frame of another bus came too late to be of use: the bus was changed in the meantime. */
function heardFrame(state: PageState, frame: Frame, browserMs: number): PageState {
  if (state.bus !== '' && frame.bus !== state.bus) return state;
  const nowMs = browserMs + state.clockAheadMs;
  return { ...state, frame, nowMs, heardAtMs: nowMs, link: 'live', retryAtMs: undefined };
}

function ticked(state: PageState, browserMs: number): PageState {
  const nowMs = browserMs + state.clockAheadMs;
  const lateAfterMs = LATE_FRAMES * (state.session?.frameEveryMs ?? 1_000);
  const isLate = state.heardAtMs !== undefined && nowMs - state.heardAtMs > lateAfterMs;
  return { ...state, nowMs, link: state.link === 'live' && isLate ? 'stale' : state.link };
}

const LATE_FRAMES = 3;
const MAX_NOTICES = 4;
