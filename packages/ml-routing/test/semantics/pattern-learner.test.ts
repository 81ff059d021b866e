import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PatternLearner, type FacetTerm } from '../../src/index.ts';

const cable: readonly FacetTerm[] = ['base=GBP', 'quote=USD', 'venue=lmax'];
const outcome = (terms: readonly FacetTerm[], succeeded = true, context?: string | readonly string[]) => ({
  word: 'cable',
  topic: terms.join('.'),
  terms,
  succeeded,
  context,
});

test('a word has no meaning before the minimum of successes, and then exactly what succeeded', () => {
  const learner = new PatternLearner({ minimumSupport: 5 });
  for (let i = 0; i < 4; i += 1) learner.learn(outcome(cable));
  expect(learner.meaning('cable')).toBeUndefined();
  expect(learner.learn(outcome(cable))).toBe(true);
  const meaning = learner.meaning('cable');
  expect([...(meaning?.facets.values() ?? [])].flat().toSorted()).toEqual(cable.toSorted());
  expect(meaning?.confidence).toBeGreaterThan(0.7);
});

test('failures of other values do not take what stood beside them away', () => {
  const learner = new PatternLearner();
  for (let i = 0; i < 8; i += 1) learner.learn(outcome(cable));
  for (let i = 0; i < 8; i += 1) learner.learn(outcome(['base=GBP', 'quote=EUR', 'venue=lmax'], false));
  expect(learner.meaning('cable')?.facets.get('base')).toEqual(['base=GBP']);
  expect(learner.meaning('cable')?.facets.get('quote')).toEqual(['quote=USD']);
});

test('failures of what it means take the meaning away', () => {
  const learner = new PatternLearner();
  for (let i = 0; i < 6; i += 1) learner.learn(outcome(cable));
  const before = learner.meaning('cable')?.confidence ?? 0;
  for (let i = 0; i < 6; i += 1) learner.learn(outcome(cable, false));
  expect(learner.meaning('cable')?.confidence).toBeLessThan(before - 0.2);
  for (let i = 0; i < 30; i += 1) learner.learn(outcome(cable, false));
  expect([...(learner.meaning('cable')?.facets.values() ?? [])].flat()).toEqual([]);
});

test('a word that has changed its meaning is learned anew, the old one decays', () => {
  const learner = new PatternLearner({ halfLife: 5 });
  for (let i = 0; i < 20; i += 1) learner.learn(outcome(cable));
  for (let i = 0; i < 40; i += 1) learner.learn(outcome(['base=EUR', 'quote=USD', 'venue=lmax']));
  expect(learner.meaning('cable')?.facets.get('base')).toEqual(['base=EUR']);
});

test('what is learned in one session does not spread to another, nor to none when two differ', () => {
  const learner = new PatternLearner();
  for (let i = 0; i < 8; i += 1) learner.learn(outcome(cable, true, 'open'));
  expect(learner.meaning('cable', 'open')?.context).toBe('open');
  expect(learner.meaning('cable', 'close')).toBeUndefined();
  for (let i = 0; i < 8; i += 1) learner.learn(outcome(['base=EUR', 'quote=USD', 'venue=lmax'], true, 'close'));
  expect(learner.meaning('cable', 'open')?.facets.get('base')).toEqual(['base=GBP']);
  expect(learner.meaning('cable', 'close')?.facets.get('base')).toEqual(['base=EUR']);
  expect(learner.meaning('cable')).toBeUndefined();
  expect(learner.meaning('cable', 'main')).toBeUndefined();
});

test('two sessions that agree speak for a third', () => {
  const learner = new PatternLearner();
  for (const context of ['open', 'close']) for (let i = 0; i < 8; i += 1) learner.learn(outcome(cable, true, context));
  expect(learner.meaning('cable', 'main')?.facets.get('base')).toEqual(['base=GBP']);
});

test('of session and regime each is learned by itself, and what both allow is meant', () => {
  const learner = new PatternLearner();
  const euro: readonly FacetTerm[] = ['base=EUR', 'quote=USD', 'venue=lmax'];
  for (const session of ['open', 'close']) {
    for (let i = 0; i < 8; i += 1) {
      learner.learn(outcome(cable, true, [session, 'regime=NORMAL']));
      learner.learn(outcome(euro, true, [session, 'regime=VOLATILE']));
    }
  }
  // It turns with the regime, and nobody says in which we are.
  expect(learner.meaning('cable', 'open')).toBeUndefined();
  const volatile = learner.meaning('cable', ['open', 'regime=VOLATILE']);
  expect(volatile?.facets.get('base')).toEqual(['base=EUR']);
  expect(volatile?.context).toBe('open, regime=VOLATILE');
  // Never seen together with this session: what the regime says, which the agreeing sessions leave as it is.
  const after = learner.meaning('cable', ['post', 'regime=NORMAL']);
  expect(after?.facets.get('base')).toEqual(['base=GBP']);
  expect(after?.context).toBe('regime=NORMAL');
  // It turns with the regime, and of this one nothing is known.
  expect(learner.meaning('cable', ['open', 'regime=RANGING'])).toBeUndefined();
});

test('session and regime that contradict each other mean nothing', () => {
  const learner = new PatternLearner();
  for (let i = 0; i < 8; i += 1) {
    learner.learn(outcome(cable, true, ['open', 'regime=NORMAL']));
    learner.learn(outcome(['base=EUR', 'quote=USD', 'venue=lmax'], true, ['close', 'regime=VOLATILE']));
  }
  expect(learner.meaning('cable', ['open', 'regime=NORMAL'])?.facets.get('base')).toEqual(['base=GBP']);
  expect(learner.meaning('cable', ['open', 'regime=VOLATILE'])).toBeUndefined();
});

test('a meaning is never wider than the evidence: each of its values has succeeded often enough', () => {
  const term = fc.constantFrom<FacetTerm>('base=A', 'base=B', 'base=C');
  const venue = fc.constantFrom<FacetTerm>('venue=x', 'venue=y', 'venue=');
  fc.assert(
    fc.property(fc.array(fc.tuple(term, venue, fc.boolean()), { maxLength: 60 }), (outcomes) => {
      const learner = new PatternLearner({ halfLife: 1e6 });
      const successes = new Map<FacetTerm, number>();
      for (const [base, at, succeeded] of outcomes) {
        learner.learn(outcome([base, at], succeeded));
        if (succeeded) for (const each of [base, at]) successes.set(each, (successes.get(each) ?? 0) + 1);
      }
      for (const each of [...(learner.meaning('cable')?.facets.values() ?? [])].flat()) {
        expect(successes.get(each) ?? 0).toBeGreaterThanOrEqual(2);
      }
    }),
  );
});

test('memory is bounded: the word that was silent for longest is forgotten, and counted', () => {
  const learner = new PatternLearner({ maxWords: 3 });
  for (const word of ['a', 'b', 'c', 'a', 'd']) learner.learn({ ...outcome(cable), word });
  expect(learner.size).toBe(3);
  expect(learner.forgotten).toBe(1);
  expect(['a', 'b', 'c', 'd'].map((word) => learner.knows(word))).toEqual([true, false, true, true]);
  for (let i = 0; i < 500; i += 1) learner.learn({ ...outcome([`base=${i}`]), word: 'a' });
  expect(JSON.stringify(learner.state.snapshot()).length).toBeLessThan(20_000);
});

test('a restored learner knows the same, and a state that cannot be read changes nothing', () => {
  const learner = new PatternLearner();
  for (let i = 0; i < 9; i += 1) learner.learn(outcome(cable, i % 4 !== 0, 'open'));
  const other = new PatternLearner();
  other.state.restore(JSON.parse(JSON.stringify(learner.state.snapshot())));
  expect(other.meaning('cable', 'open')).toEqual(learner.meaning('cable', 'open'));
  for (const data of [null, 7, {}, { words: [{ word: 'x', contexts: [{}] }], forgotten: 0, outcomes: 0 }]) {
    expect(() => other.state.restore({ version: 1, data })).toThrow(/expected/);
  }
  const broken = JSON.stringify(learner.state.snapshot()).replace(/\["base=GBP",[^\]]*\]/, '["base=GBP",null,0]');
  expect(() => other.state.restore(JSON.parse(broken))).toThrow(/finite number/);
  expect(other.state.snapshot()).toEqual(learner.state.snapshot());
});

test('options out of range are refused, all at once', () => {
  const make = (): PatternLearner => new PatternLearner({ minimumSupport: 0, maxWords: 1.5 });
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  expect(make).toThrow(/minimumSupport.*maxWords/);
});
