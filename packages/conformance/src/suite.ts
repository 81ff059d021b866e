import { describe, test } from 'vitest';
import type { ConformanceRule } from './rule.ts';

/** Makes one test of each rule, named by it. */
export function defineSuite<Subject>(name: string, rules: readonly ConformanceRule<Subject>[], subject: Subject): void {
  // oxlint-disable-next-line vitest/valid-title -- the author of the part names the suite
  describe(name, () => {
    for (const { id, title, check } of rules) {
      // oxlint-disable-next-line vitest/expect-expect -- the rule asserts
      test(`${id}: ${title}`, () => check(subject));
    }
  });
}
