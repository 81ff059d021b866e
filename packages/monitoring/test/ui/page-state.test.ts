import { describe, expect, test } from 'vitest';
import type { DashboardSession, Frame } from '../../src/dashboard/protocol/index.ts';
import { STARTING, isOutOfDate, reduce, type PageAction, type PageState } from '../../ui/src/state/page-state.ts';
import { frameOf, healthOf } from './support/frames.ts';

const session: DashboardSession = {
  role: 'operator',
  payloads: true,
  name: null,
  loggedIn: false,
  version: '1.2.3',
  buses: [
    { name: 'risk', kind: 'buffered', screens: ['overview'] },
    { name: 'ledger', kind: 'synchronous', screens: ['overview'] },
  ],
  screens: ['overview'],
  nowMs: 100_000,
  frameEveryMs: 1_000,
};

function after(...actions: readonly PageAction[]): PageState {
  return actions.reduce(reduce, STARTING);
}

const opened: PageAction = { kind: 'session', session, browserMs: 40_000 };
const frame = (browserMs: number, over: Partial<Frame> = {}): PageAction => ({
  kind: 'frame',
  frame: frameOf(over),
  browserMs,
});

describe('the state of the page', () => {
  test('a session opens it, on the first bus, by the clock of the server', () => {
    expect(after(opened)).toMatchObject({
      phase: 'open',
      bus: 'risk',
      clockAheadMs: 60_000,
      nowMs: 100_000,
      link: 'connecting',
    });
  });

  test('the bus that was chosen stays when the connection comes back, unless it is gone', () => {
    expect(after(opened, { kind: 'bus-chosen', bus: 'ledger' }, opened).bus).toBe('ledger');
    expect(after(opened, { kind: 'bus-chosen', bus: 'gone' }, opened).bus).toBe('risk');
  });

  test('when the chosen bus is gone, none of its numbers stay under the name of another', () => {
    const gone: PageAction = { kind: 'session', session: { ...session, buses: session.buses.slice(1) }, browserMs: 0 };
    const state = after(opened, frame(40_100), gone);
    expect([state.bus, state.frame, state.heardAtMs]).toEqual(['ledger', undefined, undefined]);
    expect(reduce(state, frame(40_200, { bus: 'ledger' })).link).toBe('live');
  });

  test('after nobody saw it, what is shown is old until the next frame', () => {
    const woken = after(opened, frame(40_100), { kind: 'asleep' }, opened);
    expect([woken.link, isOutOfDate(woken)]).toEqual(['connecting', true]);
    expect(isOutOfDate(reduce(woken, frame(90_000)))).toBe(false);
  });

  test('a frame makes it live; without one for three times its interval it is stale; the next one mends that', () => {
    const live = after(opened, frame(40_100));
    expect(live.link).toBe('live');
    const waiting = reduce(live, { kind: 'tick', browserMs: 43_000 });
    expect([waiting.link, isOutOfDate(waiting)]).toEqual(['live', false]);
    const stale = reduce(live, { kind: 'tick', browserMs: 43_200 });
    expect([stale.link, isOutOfDate(stale)]).toEqual(['stale', true]);
    expect(reduce(stale, frame(43_300)).link).toBe('live');
  });

  test('a lost connection says when it is tried again, and keeps what was shown', () => {
    const lost = after(opened, frame(40_100), { kind: 'lost', retryInMs: 2_000, browserMs: 41_000 });
    expect(lost).toMatchObject({ link: 'lost', retryAtMs: 103_000 });
    expect(isOutOfDate(lost)).toBe(true);
    expect(lost.frame?.bus).toBe('risk');
    expect(reduce(lost, { kind: 'tick', browserMs: 90_000 }).link).toBe('lost');
  });

  test('another bus begins without the numbers of the last one, and its late frames are not taken', () => {
    const chosen = after(opened, frame(40_100), { kind: 'bus-chosen', bus: 'ledger' });
    expect([chosen.frame, chosen.link]).toEqual([undefined, 'connecting']);
    expect(reduce(chosen, frame(40_200)).frame).toBeUndefined();
    expect(reduce(chosen, frame(40_200, { bus: 'ledger' })).link).toBe('live');
  });

  test('a snapshot brings everything; what has no source stays away', () => {
    const snapshot = {
      frame: frameOf(),
      alerts: null,
      health: healthOf(),
      optimizer: null,
      acts: { acts: [], forgotten: 0 },
    };
    const state = after(opened, { kind: 'snapshot', snapshot, browserMs: 40_100 });
    expect([state.link, state.alerts, state.optimizer, state.health?.buses.length]).toEqual([
      'live',
      undefined,
      undefined,
      1,
    ]);
  });

  test('acts that are told of later take the place of those of the snapshot', () => {
    const act = { id: 1, atMs: 0, by: 'mara', act: 'silence', on: 'alert a1', result: 'done', detail: '' } as const;
    const told = after(opened, { kind: 'acts', acts: { acts: [act], forgotten: 0 } });
    expect(told.acts?.acts).toEqual([act]);
  });

  test('when a login is asked for, nothing is left of what was seen', () => {
    expect(after(opened, frame(40_100), { kind: 'login-required' })).toEqual({ ...STARTING, phase: 'login' });
  });

  test('notices stay until they are closed, the last four', () => {
    const told = after(
      ...[1, 2, 3, 4, 5].map((id): PageAction => ({ kind: 'notice', notice: { id, kind: 'good', text: `${id}` } })),
    );
    expect(told.notices.map(({ id }) => id)).toEqual([2, 3, 4, 5]);
    expect(reduce(told, { kind: 'notice-closed', id: 3 }).notices.map(({ id }) => id)).toEqual([2, 4, 5]);
  });
});
