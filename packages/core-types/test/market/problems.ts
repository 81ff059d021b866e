/** What the tests of parsers share. */

/** The header of an event as JSON holds it, and as a parser returns it. */
export const header = {
  instrumentId: 'BTCUSDT.BINANCE',
  tsEventNs: '1723161256310000000',
  tsInitNs: '1723161255088165267',
  sequence: 7,
};
export const readHeader = { ...header, tsEventNs: 1723161256310000000n, tsInitNs: 1723161255088165267n };

/** The paths of all problems that a parser finds. */
export function problems(parse: (input: unknown) => unknown, input: unknown): readonly string[] {
  try {
    parse(input);
  } catch (error) {
    return (error as { issues: readonly { path: string }[] }).issues.map((issue) => issue.path);
  }
  return [];
}
