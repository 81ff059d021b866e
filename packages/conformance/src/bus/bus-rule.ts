import assert from 'node:assert/strict';
import { errorCode, type MessageBus } from '@tradewind/core-types';
import type { ConformanceRule } from '../rule.ts';
import type { BusSubject } from './subject.ts';

/** A rule of synchronous message buses. */
export type BusRule = ConformanceRule<BusSubject>;

interface BusRuleDetails {
  readonly id: string;
  readonly title: string;
  /** Gets a fresh bus each time, which is closed afterwards. */
  readonly check: (bus: MessageBus, subject: BusSubject) => void | Promise<void>;
}

/** A rule that runs on a fresh bus of the subject and closes it afterwards, whether the rule holds or not. */
export function busRule({ id, title, check }: BusRuleDetails): BusRule {
  return {
    id,
    title,
    async check(subject) {
      const bus = await subject.create();
      try {
        await check(bus, subject);
      } finally {
        await subject.close?.(bus);
      }
    },
  };
}

/** Asserts that `act` throws an error with this code. */
export function assertCode(code: string, act: () => unknown, what: string): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  assert.equal(errorCode(thrown), code, `the code of what is thrown by ${what}`);
}

/** What a handler is called with, as text, in order. */
export function record(bus: MessageBus, pattern: string): readonly string[] {
  const calls: string[] = [];
  bus.subscribe(pattern, (payload, { topic }) => {
    calls.push(`${topic} ${String(payload)}`);
  });
  return calls;
}
