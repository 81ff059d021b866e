import { findBrokenRules, type ConformanceRule } from '../../src/index.ts';

/** The ids of the rules that a subject breaks. */
export async function brokenRules<Subject>(
  rules: readonly ConformanceRule<Subject>[],
  subject: Subject,
): Promise<readonly string[]> {
  const broken = await findBrokenRules(rules, subject);
  return broken.map(({ id }) => id);
}

export function idsOf(rules: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(rules.map(({ id }) => id));
}

/** The rules that broken parts are to show. */
export function rulesOf(broken: readonly { readonly rule: string }[]): ReadonlySet<string> {
  return new Set(broken.map(({ rule }) => rule));
}
