import { ManualClock, seededRandom } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { ExecutionCoordinator } from '../src/execution/execution-coordinator.ts';
import { PaperExchange } from '../src/execution/paper-exchange.ts';
import type { Opportunity } from '../src/lifecycle/opportunity.ts';
import { OpportunityPipeline } from '../src/lifecycle/opportunity-pipeline.ts';
import { START_NS, at, btcRow, oneGroup, quote } from './fixtures.ts';
import { spread } from './opportunity-fixture.ts';

const START_MS = Number(START_NS / 1_000_000n);
const ROWS = ['A', 'B', 'C'].map((venue) => btcRow(venue));

interface SetUp {
  readonly latencyMs: number;
  readonly orderTimeoutMs?: number;
  /** Default true: who executes asks the tracker. */
  readonly isTracked?: boolean;
}

/** Three paper venues whose public books a detector sees when it is told, and a real tracker in between. */
function setUp({ latencyMs, orderTimeoutMs = 1000, isTracked = true }: SetUp) {
  const clock = new ManualClock({ startMs: START_MS });
  const make = (venue: string): PaperExchange =>
    new PaperExchange({
      venue,
      instruments: [btcRow(venue)],
      clock,
      random: seededRandom(1),
      latencyMs: { min: latencyMs, max: latencyMs },
    });
  const venues = { A: make('A'), B: make('B'), C: make('C') };
  const confirmed: Opportunity[] = [];
  const pipeline = new OpportunityPipeline({
    detector: oneGroup(ROWS, { maxAgeMs: 60_000 }),
    tracker: {
      producer: 'desk',
      confirmAfterMs: 10,
      listener: (each) => {
        if (each.state === 'confirmed') confirmed.push(each);
      },
    },
  });
  const desk = new ExecutionCoordinator({
    ...{ venues, instruments: ROWS, clock, orderTimeoutMs, strategyId: 'ARB', producer: 'p1', plan: 'parallel' },
    opportunities: isTracked ? pipeline.tracker : { route: () => true, execute: () => true },
  });
  return { clock, venues, confirmed, pipeline, desk };
}

const cheap = (atMs: number) => quote('A', { bid: ['90', '9'], ask: ['100', '1'], atMs });
const dear = (venue: string, atMs: number, bid = '102') => quote(venue, { bid: [bid, '1'], ask: ['120', '1'], atMs });

/** A to B is executed at 10 ms and has taken all that A offers; A to C was found at 5 ms and is confirmed at 15. */
async function takeTheOnlyOffer() {
  const set = setUp({ latencyMs: 1 });
  const { clock, venues, confirmed, pipeline, desk } = set;
  venues.A.setBook('BTCUSDT', [['90', '9']], [['100', '1']]);
  for (const venue of [venues.B, venues.C]) venue.setBook('BTCUSDT', [['102', '1']], [['120', '1']]);
  pipeline.apply(cheap(0));
  pipeline.apply(dear('B', 0));
  pipeline.apply(dear('C', 5));
  await clock.advance(10);
  pipeline.advance(at(10));
  const first = desk.execute(confirmed[0] as Opportunity);
  await clock.advance(5);
  expect(await first).toMatchObject({ outcome: 'executed' });
  pipeline.advance(at(15));
  const second = confirmed[1] as Opportunity;
  expect(second).toMatchObject({ key: 'P|BTC|A:BTCUSDT>C:BTCUSDT', changedAtNs: at(15) });
  return { ...set, second, current: () => pipeline.tracker.find(second.id) as Opportunity };
}

describe('an offer that another execution took', () => {
  test('stays reserved for what was found before and is confirmed after: a change of state is no quote', async () => {
    const { venues, desk, second } = await takeTheOnlyOffer();
    expect(second.legs.map(({ quotedAtNs }) => quotedAtNs)).toEqual([at(0), at(5)]);
    expect(await desk.execute(second)).toMatchObject({ outcome: 'refused', refusal: 'RESERVED' });
    expect(venues.C.account.currencies()).toEqual([]);
  });

  test('stays reserved when only the other leg is quoted anew', async () => {
    const { venues, pipeline, desk, current } = await takeTheOnlyOffer();
    pipeline.apply(dear('C', 16, '103'));
    const { changedAtNs, legs } = current();
    expect([changedAtNs, ...legs.map(({ quotedAtNs }) => quotedAtNs)]).toEqual([at(16), at(0), at(16)]);
    expect(await desk.execute(current())).toMatchObject({ outcome: 'refused', refusal: 'RESERVED' });
    expect(venues.C.account.currencies()).toEqual([]);
  });

  test('is free when the venue quotes it again, though no figure changes by it', async () => {
    const { clock, venues, pipeline, desk, current } = await takeTheOnlyOffer();
    const before = current();
    venues.A.setBook('BTCUSDT', [['90', '9']], [['100', '1']]);
    pipeline.apply(cheap(17));
    expect(current().figures).toBe(before.figures);
    const running = desk.execute(current());
    await clock.advance(10);
    expect(await running).toMatchObject({ outcome: 'executed' });
    expect(venues.A.account.balance('BTC')).toBe('2');
  });

  test('is not bought by an opportunity that does not say when it was quoted', async () => {
    const { desk, current } = await takeTheOnlyOffer();
    const legs = current().legs.map((leg) => ({ ...leg, quotedAtNs: undefined }));
    expect(await desk.execute({ ...current(), legs })).toMatchObject({ refusal: 'UNSUPPORTED_TYPE' });
  });
});

/** A to B, quoted at a moment after the start; the tracker is not asked. */
function spreadOf(id: string, quotedAtMs: number, quantity = '1'): Opportunity {
  const changedAtMs = START_MS + quotedAtMs;
  return spread({ id, quantity, detectedAtMs: START_MS, changedAtMs, quotedAtMs: changedAtMs, expiresInMs: 3_600_000 });
}

describe('an execution in doubt that was resolved', () => {
  /** Both venues hear of the orders after 3 s, when they have been given up; A fills 1, B 0.4, and nobody takes any of it back. */
  async function resolveInDoubt() {
    const set = setUp({ latencyMs: 3000, isTracked: false });
    const { clock, venues, desk } = set;
    venues.A.setBook('BTCUSDT', [], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '0.4']], []);
    const running = desk.execute(spreadOf('1', 0));
    await clock.advance(2000);
    expect(await running).toMatchObject({ outcome: 'unmatched', unmatched: [{ reason: 'inDoubt', quantity: '0' }] });
    expect(await desk.execute(spreadOf('2', 1999))).toMatchObject({ refusal: 'RESERVED' });
    expect(desk.resolve('1')).toBe(true);
    return set;
  }

  test('reserves nothing any more, and is shown no more', async () => {
    const { desk } = await resolveInDoubt();
    expect(desk.unmatched()).toEqual([]);
    expect(desk.resolve('1')).toBe(false);
    void desk.execute(spreadOf('2', 1999));
    // The other's orders are on their way: what it asked for is reserved, which it could not be if it had been refused.
    expect(await desk.execute(spreadOf('3', 1999))).toMatchObject({ refusal: 'RESERVED' });
    expect(desk.resolve('2')).toBe(false);
  });

  test('is listened to: a late fill is unmatched again, and reserved against older quotes', async () => {
    const { clock, desk } = await resolveInDoubt();
    await clock.advance(4500);
    expect(desk.unmatched()).toEqual([{ opportunityId: '1', base: 'BTC', quantity: '0.6', reason: 'notUnwound' }]);
    expect(await desk.execute(spreadOf('2', 5999))).toMatchObject({ refusal: 'RESERVED' });
    expect(desk.resolve('1')).toBe(true);
    expect(desk.unmatched()).toEqual([]);
    const running = desk.execute(spreadOf('3', 6400));
    await clock.advance(2000);
    expect((await running).refusal).toBeUndefined();
  });

  test('is counted from then on: what somebody took care of is not shown a second time', async () => {
    const { clock, venues, desk } = setUp({ latencyMs: 1, isTracked: false, orderTimeoutMs: 100 });
    // B answers as a venue does whose connection has stalled: not at all until later.
    const submit = venues.B.submit.bind(venues.B);
    const stalled: (() => void)[] = [];
    venues.B.submit = (command) => new Promise((resolve) => stalled.push(() => resolve(submit(command))));
    venues.A.setBook('BTCUSDT', [['99', '9']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '1']], []);
    const running = desk.execute(spreadOf('1', 0));
    await clock.advance(300);
    expect((await running).unmatched).toMatchObject([{ quantity: '1', reason: 'inDoubt' }]);
    // Somebody sells what A bought: the late sale at B is now too much.
    expect(desk.resolve('1')).toBe(true);
    for (const go of stalled) go();
    await clock.advance(300);
    expect(desk.unmatched()).toEqual([{ opportunityId: '1', base: 'BTC', quantity: '-1', reason: 'notUnwound' }]);
  });

  test('is one of a thousand at most: orders of the oldest are forgotten', async () => {
    const { clock, venues, desk } = setUp({ latencyMs: 600_000, isTracked: false, orderTimeoutMs: 1 });
    venues.A.setBook('BTCUSDT', [], [['100', '2000']]);
    for (let id = 0; id <= 1000; id += 1) {
      const running = desk.execute(spreadOf(`${id}`, 10 * id));

      await clock.advance(2);

      await running;
      expect(desk.resolve(`${id}`)).toBe(true);
    }
    await clock.advance(2_000_000);
    const late = desk.unmatched();
    expect([late.length, late[0]?.opportunityId, late.at(-1)?.opportunityId]).toEqual([1000, '1', '1000']);
  });
});
