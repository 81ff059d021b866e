import assert from 'node:assert/strict';
import { assertCode, busRule, record, type BusRule } from './bus-rule.ts';

function nothing(): void {
  return undefined;
}

function alsoNothing(): void {
  return undefined;
}

/** What a subscription is, how it begins and ends, and what can be asked about it. */
export const SUBSCRIPTION_RULES: readonly BusRule[] = [
  busRule({
    id: 'knows-a-subscription-again',
    title:
      'The same function on the same pattern, without an id, is the same subscription; with other options it is DUPLICATE_SUBSCRIPTION.',
    check(bus) {
      let calls = 0;
      const handler = (): unknown => (calls += 1);
      const first = bus.subscribe('a.*', handler, { handlerPriority: 1 });
      assert.equal(bus.subscribe('a.*', handler, { handlerPriority: 1 }), first, 'the existing one');
      assert.equal(
        bus.subscribe('a.**', handler, { handlerPriority: 1 }),
        first,
        'the same pattern in another spelling',
      );
      assertCode(
        'DUPLICATE_SUBSCRIPTION',
        () => bus.subscribe('a.*', handler, { handlerPriority: 2 }),
        'subscribing with another priority',
      );
      bus.publish('a.b', 1);
      assert.equal(calls, 1);
      first.unsubscribe();
      assert.notEqual(bus.subscribe('a.*', handler, { handlerPriority: 2 }), first, 'a new one after the end');
    },
  }),
  busRule({
    id: 'tells-subscriptions-by-id',
    title:
      'An id makes a subscription distinct; a taken id with another pattern or function is DUPLICATE_SUBSCRIPTION.',
    check(bus) {
      let calls = 0;
      const handler = (): unknown => (calls += 1);
      const named = bus.subscribe('a', handler, { id: 'risk' });
      assert.equal(named.id, 'risk');
      const other = bus.subscribe('a', handler, { id: 'audit' });
      const plain = bus.subscribe('a', handler);
      assert.equal(new Set([named.id, other.id, plain.id]).size, 3, 'ids are unique');
      bus.publish('a', 1);
      assert.equal(calls, 3);
      assert.equal(bus.subscribe('a', handler, { id: 'risk' }), named, 'the same again');
      assertCode(
        'DUPLICATE_SUBSCRIPTION',
        () => bus.subscribe('b', handler, { id: 'risk' }),
        'a taken id on another pattern',
      );
      assertCode(
        'DUPLICATE_SUBSCRIPTION',
        () => bus.subscribe('a', nothing, { id: 'risk' }),
        'a taken id with another function',
      );
    },
  }),
  busRule({
    id: 'ends-subscriptions',
    title:
      'After unsubscribe or dispose the handler is not called again; ending twice does nothing; active and pattern tell the truth.',
    check(bus) {
      const calls: string[] = [];
      const first = bus.subscribe('a.**', () => calls.push('first'));
      const second = bus.subscribe('a.*', () => calls.push('second'));
      assert.equal(first.pattern, 'a.*', 'the canonical pattern');
      assert.equal(first.active, true);
      first.unsubscribe();
      first.unsubscribe();
      assert.equal(first.active, false);
      bus.publish('a.b', 1);
      second[Symbol.dispose]();
      assert.equal(second.active, false);
      bus.publish('a.b', 2);
      assert.deepEqual(calls, ['second']);
    },
  }),
  busRule({
    id: 'ends-at-once-during-delivery',
    title: 'A subscription that is ended while a message is delivered is not called with it any more.',
    check(bus) {
      const calls: string[] = [];
      const own = bus.subscribe('a', () => {
        calls.push('own');
        own.unsubscribe();
        later.unsubscribe();
      });
      const later = bus.subscribe('a', () => calls.push('later'));
      bus.subscribe('a', () => calls.push('last'));
      bus.publish('a', 1);
      bus.publish('a', 2);
      assert.deepEqual(calls, ['own', 'last', 'last']);
    },
  }),
  busRule({
    id: 'begins-with-the-next-message',
    title:
      'A subscription made while a message is delivered misses that message and gets the next, one published inside included.',
    check(bus) {
      const calls: string[] = [];
      let subscribed = false;
      bus.subscribe('a', (payload) => {
        calls.push(`first ${String(payload)}`);
        if (subscribed) return;
        subscribed = true;
        bus.subscribe('*', (given) => calls.push(`new ${String(given)}`), { handlerPriority: -1 });
        bus.publish('a', 'inner');
      });
      bus.publish('a', 'outer');
      bus.publish('a', 'next');
      assert.deepEqual(calls, ['first outer', 'first inner', 'new inner', 'first next', 'new next']);
    },
  }),
  busRule({
    id: 'publishes-through-handles',
    title:
      'A handle publishes as publish does, and says whether anybody would be reached, as subscriptions come and go.',
    check(bus) {
      const handle = bus.topic('data.quotes.BTC');
      assert.equal(handle.topic, 'data.quotes.BTC');
      assert.equal(handle.hasSubscribers(), false);
      assert.equal(handle.publish('nobody'), true);
      const subscription = bus.subscribe('data.*', nothing);
      assert.equal(handle.hasSubscribers(), true, 'a pattern that matches');
      subscription.unsubscribe();
      assert.equal(handle.hasSubscribers(), false, 'after its end');
      bus.subscribe('events.*', nothing);
      assert.equal(handle.hasSubscribers(), false, 'a pattern that does not match');
      const calls = record(bus, 'data.quotes.+');
      assert.equal(handle.publish('somebody'), true);
      bus.topic('data.quotes.BTC').publish('again');
      assert.deepEqual(calls, ['data.quotes.BTC somebody', 'data.quotes.BTC again']);
    },
  }),
  busRule({
    id: 'answers-about-subscriptions',
    title: 'isSubscribed, subscriptionsOf (in the order of the calls) and patterns (distinct) tell what is in force.',
    check(bus) {
      const wide = bus.subscribe('a.*', nothing);
      const exact = bus.subscribe('a.b', alsoNothing, { handlerPriority: 5 });
      const again = bus.subscribe('a.*', alsoNothing);
      bus.subscribe('c', nothing);
      assert.equal(bus.isSubscribed('a.*', nothing), true);
      assert.equal(bus.isSubscribed('a.b', nothing), false);
      assert.deepEqual(
        bus.subscriptionsOf('a.b').map(({ id }) => id),
        [exact.id, wide.id, again.id],
      );
      assert.deepEqual(bus.subscriptionsOf('nobody'), []);
      assert.deepEqual([...bus.patterns()].toSorted(), ['a.*', 'a.b', 'c']);
      for (const subscription of [wide, exact]) subscription.unsubscribe();
      assert.equal(bus.isSubscribed('a.*', nothing), false);
      assert.deepEqual([...bus.patterns()].toSorted(), ['a.*', 'c']);
      assert.deepEqual(
        bus.subscriptionsOf('a.b').map(({ id }) => id),
        [again.id],
      );
    },
  }),
  busRule({
    id: 'counts',
    title: 'counts tells messages published, deliveries, subscriptions and endpoints.',
    check(bus) {
      const before = bus.counts();
      const subscription = bus.subscribe('a', nothing);
      bus.subscribe('*', nothing);
      const registration = bus.register('Engine.execute', nothing);
      bus.publish('a', 1);
      bus.publish('b', 1);
      const { published, delivered, subscriptions, endpoints } = bus.counts();
      assert.deepEqual(
        { published: published - before.published, delivered: delivered - before.delivered, subscriptions, endpoints },
        { published: 2, delivered: 3, subscriptions: 2, endpoints: 1 },
      );
      subscription.unsubscribe();
      registration[Symbol.dispose]();
      assert.deepEqual([bus.counts().subscriptions, bus.counts().endpoints], [1, 0]);
    },
  }),
  busRule({
    id: 'has-an-untyped-view',
    title: 'untyped gives the same bus: what is published through it arrives, and the other way round.',
    check(bus) {
      const calls = record(bus, 'a');
      const view = bus.untyped();
      const viewed = record(view, 'a');
      view.publish('a', 1);
      bus.publish('a', 2);
      assert.deepEqual(
        [calls, viewed],
        [
          ['a 1', 'a 2'],
          ['a 1', 'a 2'],
        ],
      );
    },
  }),
];
