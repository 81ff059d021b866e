import type { BusUnderTest, Contender } from '../contenders/contender.ts';
import { invalidOption } from '../checks.ts';
import { closingProblems } from '../workloads/settling.ts';

/** Whatever has been done on a bus, and what was wrong with it. */
interface WithProblems {
  readonly problems: readonly string[];
}

/**
 * Does something on a fresh bus and closes it in any case. A bus that does not close is a problem more, and nothing to wait for without end.
 *
 * @throws ValidationError `INVALID_OPTIONS` where the contender makes no bus; whatever the contender or `run` throws.
 */
export async function onFreshBus<T extends WithProblems>(
  contender: Contender,
  run: (bus: BusUnderTest) => Promise<T>,
): Promise<T> {
  const bus = await contender.create();
  if (typeof (bus as Partial<BusUnderTest> | undefined)?.publish !== 'function') {
    throw invalidOption('contender.create()', 'a bus with subscribe, publish, settle and close', bus);
  }
  const result = await run(bus).catch(async (error: unknown) => {
    // Why it failed says more than how it closed after that.
    await closingProblems(bus).catch(() => undefined);
    throw error;
  });
  const problems = await closingProblems(bus);
  return problems.length === 0 ? result : { ...result, problems: [...result.problems, ...problems] };
}
