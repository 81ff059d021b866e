import type {
  ActsAnswer,
  AlertsAnswer,
  Frame,
  HealthAnswer,
  OptimizerAnswer,
  StreamSnapshot,
} from '../../../src/dashboard/protocol/index.ts';
import type { PageAction } from './page-state.ts';
import { addressOf } from './requests.ts';

/**
 * The stream of what happens, and its way back after it broke: after one second, then two, four, at most ten; each time the session is asked for
 * first, because the server may be another one, with other buses. While it sleeps it holds no connection.
 */
export class LiveStream {
  readonly #dispatch: (action: PageAction) => void;
  readonly #openSession: () => Promise<string | undefined>;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;
  /** Which call of `connect` counts: an answer to an earlier one comes too late. */
  #turn = 0;
  /** Whether it may have a connection, or tries for one. */
  #isOn = false;

  /** @param openSession - Gives the bus to look at: of what there is now, since the one that was chosen may be gone. Undefined: a login is asked for. */
  constructor(dispatch: (action: PageAction) => void, openSession: () => Promise<string | undefined>) {
    this.#dispatch = dispatch;
    this.#openSession = openSession;
  }

  /** Begins, or begins anew: for another bus, after a login. */
  async connect(): Promise<void> {
    this.#letGo();
    this.#isOn = true;
    const turn = this.#turn;
    let bus: string | undefined;
    try {
      bus = await this.#openSession();
    } catch {
      if (turn === this.#turn) this.#lost();
      return;
    }
    if (turn !== this.#turn) return;
    if (bus === undefined) this.#isOn = false;
    else this.#listen(new EventSource(addressOf('stream', { bus })));
  }

  /** Lets go of the server until it is woken. */
  sleep(): void {
    if (!this.#isOn) return;
    this.#letGo();
    this.#dispatch({ kind: 'asleep' });
  }

  /** Connects again at once, unless a login is asked for. */
  wake(): void {
    if (this.#isOn) void this.connect();
  }

  #letGo(): void {
    this.#turn += 1;
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#timer);
  }

  #listen(source: EventSource): void {
    this.#source = source;
    const on = <Name extends keyof StreamEvents>(
      event: Name,
      actionOf: (data: StreamEvents[Name], browserMs: number) => PageAction,
    ): void => {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => {
        this.#attempts = 0;
        this.#dispatch(actionOf(JSON.parse(data) as StreamEvents[Name], Date.now()));
      });
    };
    on('snapshot', (snapshot, browserMs) => ({ kind: 'snapshot', snapshot, browserMs }));
    on('frame', (frame, browserMs) => ({ kind: 'frame', frame, browserMs }));
    on('alerts', (alerts) => ({ kind: 'alerts', alerts }));
    on('health', (health) => ({ kind: 'health', health }));
    on('acts', (acts) => ({ kind: 'acts', acts }));
    on('optimizer', (optimizer) => ({ kind: 'optimizer', optimizer }));
    source.addEventListener('error', () => {
      source.close();
      if (source === this.#source) this.#lost();
    });
  }

  #lost(): void {
    const retryInMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#dispatch({ kind: 'lost', retryInMs, browserMs: Date.now() });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.connect(), retryInMs);
  }
}

/** What comes, by the name of its event. */
interface StreamEvents {
  readonly snapshot: StreamSnapshot;
  readonly frame: Frame;
  readonly alerts: AlertsAnswer;
  readonly health: HealthAnswer;
  readonly optimizer: OptimizerAnswer;
  readonly acts: ActsAnswer;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 10_000;
