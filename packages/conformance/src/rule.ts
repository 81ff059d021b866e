/** One sentence of a contract, and how to find out whether a part keeps it. */
export interface ConformanceRule<Subject> {
  /** Stable, in kebab-case: names the test, and can be looked for. */
  readonly id: string;
  /** The rule as a sentence. */
  readonly title: string;
  /** Resolves when the subject keeps the rule; rejects with what was expected and what came. */
  readonly check: (subject: Subject) => Promise<void>;
}

/** A rule that a subject broke. */
export interface BrokenRule {
  readonly id: string;
  readonly title: string;
  readonly error: unknown;
}

/** Checks rules one after the other, without a test framework. Empty: all are kept. */
export async function findBrokenRules<Subject>(
  rules: readonly ConformanceRule<Subject>[],
  subject: Subject,
): Promise<readonly BrokenRule[]> {
  const broken: BrokenRule[] = [];
  for (const { id, title, check } of rules) {
    try {
      await check(subject);
    } catch (error) {
      broken.push({ id, title, error });
    }
  }
  return broken;
}
