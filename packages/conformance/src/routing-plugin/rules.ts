import assert from 'node:assert/strict';
import { PRIORITIES, isPriority, showValue, type RoutingPlugin } from '@tradewind/core-types';
import type { ConformanceRule } from '../rule.ts';
import { withAmbient } from '../samples/ambient.ts';
import { lend } from '../samples/reuse.ts';
import { stateRules } from '../state-rules.ts';
import { settledWithin } from '../waiting.ts';
import { SampleContext, experienceOf, outcomeOf, pathsOf, routableMessage } from './experience.ts';
import { ODD_OUTCOMES, oddMessages } from './odd-input.ts';
import { copyOf, decide, play, playAll, tell, type DecisionCopy } from './playing.ts';
import type { RoutingPluginSubject } from './subject.ts';

type Rule = ConformanceRule<RoutingPluginSubject>;

const MEMBERS = ['name', 'route', 'observe', 'state'];
/** Faces of `core-types` that a plugin may have besides: an operator finds them by their members. */
const FACES = ['health', 'collect', 'remedies', 'knobs', 'reconfigure', 'parts', 'decisions', 'undo', 'standsFor'];
const DISPOSE_WITHIN_MS = 5_000;

/** What a routing plugin is, and what it does with what it is given. */
const PLUGIN_RULES: readonly Rule[] = [
  {
    id: 'has-the-five-members',
    title:
      'It has a name that does not change, and route, observe, state and asyncDispose where it has them, of the right kinds.',
    async check(subject) {
      const plugin = await subject.create();
      const other = await subject.create();
      assert.ok(typeof plugin.name === 'string' && plugin.name !== '', `a name, received ${showValue(plugin.name)}`);
      assert.equal(other.name, plugin.name, 'the same name each time');
      for (const member of [plugin.route, plugin.observe, plugin[Symbol.asyncDispose]])
        assert.ok(member === undefined || typeof member === 'function');
      assert.ok(
        plugin.state === undefined ||
          (typeof plugin.state.snapshot === 'function' && typeof plugin.state.restore === 'function'),
        'a state',
      );
      if (subject.stateful !== undefined)
        assert.equal(plugin.state !== undefined, subject.stateful, 'whether it has a state');
      playAll(plugin, subject);
      assert.equal(plugin.name, other.name, 'the same name afterwards');
    },
  },
  {
    id: 'shows-nothing-else',
    title:
      'It shows no other members than these five and the faces that operators look for (health, collect, remedies, …).',
    async check({ create }) {
      const others = visibleMembers(await create()).filter(
        (member) => !MEMBERS.includes(member) && !FACES.includes(member),
      );
      assert.deepEqual(others, [], 'members besides those of a routing plugin');
    },
  },
  {
    id: 'decides-in-known-shapes',
    title:
      'A decision is undefined, or has a reason and members of the right kinds: a priority 0 to 3, a finite expiry, texts, a boolean.',
    async check(subject) {
      for (const decision of playAll(await subject.create(), subject)) assertShape(decision);
    },
  },
  {
    id: 'decides-at-once',
    title: 'route and observe are synchronous: neither returns a promise.',
    async check(subject) {
      const plugin = await subject.create();
      const context = new SampleContext(pathsOf(subject));
      for (const { message, outcome } of experienceOf(subject)) {
        assertNoPromise('route', decide(plugin, message, context));
        assertNoPromise('observe', tell(plugin, outcome));
      }
    },
  },
  {
    id: 'chooses-known-paths',
    title: 'It chooses only paths that the context names; with none it chooses none.',
    async check(subject) {
      for (const paths of [pathsOf(subject), pathsOf(subject).slice(0, 1), []]) {
        const plugin = await subject.create();
        for (const decision of play(plugin, experienceOf(subject), new SampleContext(paths))) {
          assert.ok(
            decision?.path === undefined || paths.includes(decision.path),
            `one of the paths [${paths.join(', ')}], received ${decision?.path}`,
          );
        }
      }
    },
  },
  {
    id: 'survives-odd-input',
    title: 'It never throws, whatever the payload, the topic or the outcome is, and its decisions keep their shape.',
    async check(subject) {
      const plugin = await subject.create();
      const context = new SampleContext(pathsOf(subject));
      const shapes = [routableMessage(), ...(subject.messages ?? []).map((message) => routableMessage(message))];
      for (const message of shapes.flatMap((shape) => oddMessages(shape))) {
        assertShape(copyOf(decide(plugin, message, context)));
        tell(plugin, outcomeOf(message, { error: message.payload }));
      }
      for (const odd of ODD_OUTCOMES) tell(plugin, outcomeOf(routableMessage(), odd));
      for (const decision of playAll(plugin, subject)) assertShape(decision);
    },
  },
  {
    id: 'keeps-nothing',
    title:
      'It keeps neither message nor context nor outcome, which are valid during the call only, and writes to none of them.',
    async check(subject) {
      const plugin = await subject.create();
      const context = new SampleContext(pathsOf(subject));
      for (const { message, outcome } of experienceOf(subject)) {
        context.nowMs = message.publishedAtMs;
        const loans = [lend(message), lend<SampleContext>(context), lend(outcome)] as const;
        decide(plugin, loans[0].lent, loans[1].lent);
        tell(plugin, loans[2].lent);
        for (const loan of loans) loan.takeBack();
      }
    },
  },
  {
    id: 'works-on-reused-objects',
    title: 'It decides the same whether it gets new objects each time or the same ones filled anew.',
    async check(subject) {
      const experience = experienceOf(subject);
      const reusedMessage = routableMessage();
      const reusedOutcome = outcomeOf(reusedMessage);
      const plugin = await subject.create();
      const context = new SampleContext(pathsOf(subject));
      const decisions = experience.map(({ message, outcome }) => {
        const [decision] = play(
          plugin,
          [{ message: Object.assign(reusedMessage, message), outcome: Object.assign(reusedOutcome, outcome) }],
          context,
        );
        return decision;
      });
      assert.deepEqual(decisions, playAll(await subject.create(), subject), 'decisions on reused and on new objects');
    },
  },
  {
    id: 'leaves-payloads-alone',
    title: 'It changes nothing of a payload or of headers: they belong to the publisher.',
    async check(subject) {
      const plugin = await subject.create();
      const context = new SampleContext(pathsOf(subject));
      for (const { message, outcome } of experienceOf(subject)) {
        const before = JSON.stringify([message.payload, message.headers]);
        play(plugin, [{ message, outcome }], context);
        assert.equal(
          JSON.stringify([message.payload, message.headers]),
          before,
          `payload and headers of ${message.topic}`,
        );
      }
    },
  },
  {
    id: 'decides-repeatably',
    title:
      'Two plugins of one configuration decide alike: time and chance come in as arguments, not from the surroundings.',
    async check(subject) {
      const first = await subject.create();
      const second = await subject.create();
      const decisions = withAmbient(1, () => playAll(first, subject));
      assert.deepEqual(
        withAmbient(2, () => playAll(second, subject)),
        decisions,
      );
    },
  },
  {
    id: 'shares-nothing',
    title: 'What one plugin learns, another one of the same configuration does not know.',
    async check(subject) {
      const expected = playAll(await subject.create(), subject);
      const [taught, untouched] = [await subject.create(), await subject.create()];
      playAll(taught, subject);
      assert.deepEqual(playAll(untouched, subject), expected, 'decisions of a plugin beside one that was taught');
    },
  },
  {
    id: 'ends',
    title: 'asyncDispose, where it has one, resolves.',
    async check(subject) {
      const plugin = await subject.create();
      playAll(plugin, subject);
      const disposing = plugin[Symbol.asyncDispose]?.();
      if (disposing !== undefined) await settledWithin('asyncDispose', disposing, DISPOSE_WITHIN_MS);
    },
  },
];

/** What every routing plugin keeps. */
export const ROUTING_PLUGIN_RULES: readonly ConformanceRule<RoutingPluginSubject>[] = [
  ...PLUGIN_RULES,
  ...stateRules<RoutingPluginSubject>(async (subject) => {
    const plugin = await subject.create();
    const experience = experienceOf(subject);
    const middle = experience.length >> 1;
    return {
      state: plugin.state,
      run: (half) => {
        const part = half === 'first' ? experience.slice(0, middle) : experience.slice(middle);
        // A new context each time: facts belong to the client, and do not come back with a state.
        return play(plugin, part, new SampleContext(pathsOf(subject)));
      },
    };
  }),
];

function assertShape(decision: DecisionCopy): void {
  if (decision === undefined) return;
  assert.ok(
    typeof decision === 'object' && decision !== null,
    `a decision or undefined, received ${showValue(decision)}`,
  );
  const { priority, path, expiresAtMs, conflateBy, drop, reason } = decision;
  assert.equal(typeof reason, 'string', 'the kind of reason');
  assert.ok(
    priority === undefined || isPriority(priority),
    `a priority of ${PRIORITIES.join(', ')}, received ${showValue(priority)}`,
  );
  assert.ok(
    expiresAtMs === undefined || Number.isFinite(expiresAtMs),
    `a finite expiresAtMs, received ${showValue(expiresAtMs)}`,
  );
  assert.ok(path === undefined || typeof path === 'string', 'path as a text');
  assert.ok(conflateBy === undefined || typeof conflateBy === 'string', 'conflateBy as a text');
  assert.ok(drop === undefined || typeof drop === 'boolean', 'drop as a boolean');
}

function assertNoPromise(call: string, result: unknown): void {
  assert.ok(!(typeof result === 'object' && result !== null && 'then' in result), `${call} returned a promise`);
}

/** Public members, inherited ones included; private ones (#) are not visible. */
function visibleMembers(plugin: RoutingPlugin): readonly string[] {
  const members = new Set<string>();
  for (
    let object: unknown = plugin;
    typeof object === 'object' && object !== null;
    object = Object.getPrototypeOf(object)
  ) {
    if (Object.getPrototypeOf(object) === null) break;
    for (const member of Object.getOwnPropertyNames(object)) if (member !== 'constructor') members.add(member);
  }
  return [...members];
}
