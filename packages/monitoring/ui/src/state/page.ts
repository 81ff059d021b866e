import type { DashboardSession } from '../../../src/dashboard/protocol/index.ts';
import { STARTING, reduce, type Notice, type PageAction, type PageState } from './page-state.ts';
import { LiveStream } from './live-stream.ts';
import { RequestError, addressOf, ask, failureText } from './requests.ts';
import { watchSight } from './sight.ts';
import { Store } from './store.ts';

/** The state of this page. */
export const page: Store<PageState, PageAction> = new Store<PageState, PageAction>(reduce, STARTING);

const stream = new LiveStream((action) => page.dispatch(action), openSession);

/** Begins: who looks, at what, and what happens now. */
export function start(): void {
  setInterval(() => page.dispatch({ kind: 'tick', browserMs: Date.now() }), 1_000);
  watchSight({ slept: () => stream.sleep(), woke: () => stream.wake() });
  void stream.connect();
}

/** Asks again who looks, and at which bus: after a login, or when the connection comes back. Undefined: there must be a login first. */
async function openSession(): Promise<string | undefined> {
  const { bus: chosen } = page.state;
  try {
    const session = await ask<DashboardSession>(addressOf('session'));
    page.dispatch({ kind: 'session', session, browserMs: Date.now() });
    const { bus } = page.state;
    if (chosen !== '' && bus !== chosen) notice('critical', `${chosen} is no longer there: this is ${bus}.`);
    return bus;
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 401) throw error;
    page.dispatch({ kind: 'login-required' });
    return undefined;
  }
}

/** After a login. */
export function reconnect(): void {
  void stream.connect();
}

/** Looks at another bus from now on. */
export function chooseBus(bus: string): void {
  page.dispatch({ kind: 'bus-chosen', bus });
  void stream.connect();
}

/** Tells whoever looks that something was done. */
export function tell(text: string): void {
  notice('good', text);
}

/** Tells whoever looks that something failed. */
export function tellFailure(error: unknown): void {
  notice('critical', failureText(error));
}

let lastNotice = 0;

function notice(kind: Notice['kind'], text: string): void {
  lastNotice += 1;
  page.dispatch({ kind: 'notice', notice: { id: lastNotice, kind, text } });
}
