import assert from 'node:assert/strict';
import type { PluginState, StateOwner } from '@tradewind/core-types';
import type { ConformanceRule } from './rule.ts';

/** How a part is made, taught and asked, for rules about its state. */
export interface Learner {
  readonly state: StateOwner | undefined;
  /** Shows it the first or the second half of some experience. Returns what it decided. */
  run(half: 'first' | 'second'): readonly unknown[];
}

/** A learner that has a state. */
interface StatefulLearner extends Learner {
  readonly state: StateOwner;
}

interface StateRule {
  readonly id: string;
  readonly title: string;
  /** `another` makes a further part of the same configuration. */
  readonly check: (learner: StatefulLearner, another: () => Promise<StatefulLearner>) => Promise<void>;
}

/**
 * The rules of `StateOwner`, for any kind of part. A part without a state keeps them all.
 *
 * @param create - Makes a new part of the same configuration each time.
 */
export function stateRules<Subject>(
  create: (subject: Subject) => Promise<Learner>,
): readonly ConformanceRule<Subject>[] {
  return STATE_RULES.map(({ id, title, check }) => ({
    id,
    title,
    check: async (subject) => {
      const learner = await create(subject);
      if (!isStateful(learner)) return;
      await check(learner, async () => {
        const other = await create(subject);
        assert.ok(isStateful(other), 'a state, as the part made before had one');
        return other;
      });
    },
  }));
}

const STATE_RULES: readonly StateRule[] = [
  {
    id: 'snapshot-is-json',
    title: 'A snapshot has a version and survives JSON unchanged.',
    async check(learner) {
      assertJson(learner.state.snapshot());
      for (const half of ['first', 'second'] as const) {
        learner.run(half);
        assertJson(learner.state.snapshot());
      }
    },
  },
  {
    id: 'snapshot-is-a-copy',
    title: 'A snapshot does not change when the part goes on, nor the part when its snapshot is changed.',
    async check(learner) {
      learner.run('first');
      const snapshot = learner.state.snapshot();
      const before = JSON.stringify(snapshot);
      learner.run('second');
      assert.equal(JSON.stringify(snapshot), before, 'a snapshot taken before the second half');
      const later = JSON.stringify(learner.state.snapshot());
      deface(learner.state.snapshot().data);
      assert.equal(JSON.stringify(learner.state.snapshot()), later, 'the state after its snapshot was changed');
    },
  },
  {
    id: 'restored-decides-alike',
    title:
      'A part that took over a snapshot, through JSON, decides from then on as the one that made it, and has the same state.',
    async check(original, another) {
      const restored = await another();
      original.run('first');
      restored.state.restore(throughJson(original.state.snapshot()));
      assert.deepEqual(restored.state.snapshot(), original.state.snapshot(), 'the state right after restoring');
      assert.deepEqual(restored.run('second'), original.run('second'), 'the decisions after restoring');
      assert.deepEqual(restored.state.snapshot(), original.state.snapshot(), 'the state after the same experience');
    },
  },
  {
    id: 'restore-replaces',
    title: 'Restoring replaces what the part had learned: nothing of it is left.',
    async check(taught, another) {
      const fresh = await another();
      const start = throughJson(fresh.state.snapshot());
      taught.run('first');
      taught.state.restore(start);
      assert.deepEqual(
        taught.run('second'),
        fresh.run('second'),
        'the decisions of one that was set back, and of a new one',
      );
    },
  },
  {
    id: 'refuses-strange-states',
    title: 'Restoring a state that it cannot read throws, and changes nothing.',
    async check(learner) {
      learner.run('first');
      const before = JSON.stringify(learner.state.snapshot());
      for (const strange of strangeStates(learner.state.snapshot())) {
        const shown = JSON.stringify(strange).slice(0, 80);
        assert.throws(() => learner.state.restore(strange), Error, `restoring ${shown} throws an Error`);
        assert.equal(JSON.stringify(learner.state.snapshot()), before, `the state after refusing ${shown}`);
      }
    },
  },
];

function isStateful(learner: Learner): learner is StatefulLearner {
  return learner.state !== undefined;
}

function assertJson(snapshot: PluginState): void {
  assert.ok(Number.isSafeInteger(snapshot.version), `a version that is an integer, received ${snapshot.version}`);
  assert.notEqual(snapshot.data, undefined, 'data');
  assert.deepEqual(throughJson(snapshot), snapshot, 'the snapshot after JSON');
}

function throughJson(snapshot: PluginState): PluginState {
  return JSON.parse(JSON.stringify(snapshot)) as PluginState;
}

/** A version from the future, and data of another kind than its own. */
function strangeStates({ version, data }: PluginState): readonly PluginState[] {
  return [
    { version: version + 1_000_000, data },
    { version, data: typeof data === 'string' ? 17 : 'nonsense' },
  ];
}

/** Empties whatever can be emptied. */
function deface(data: unknown): void {
  if (typeof data !== 'object' || data === null || Object.isFrozen(data)) return;
  for (const member of Object.values(data)) deface(member);
  if (Array.isArray(data)) data.length = 0;
  else for (const key of Object.keys(data)) Reflect.deleteProperty(data, key);
}
