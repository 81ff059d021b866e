import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentGroup, InstrumentTerms } from '../../market/instrument-table.ts';
import type { SignalContext } from '../signal-part.ts';

/** The instruments of each group, which have to be of one base and one quote: their money is added up. */
export function readGroups(
  path: string,
  groups: readonly InstrumentGroup[],
  { termsOfKey }: SignalContext,
): readonly (readonly InstrumentTerms[])[] {
  const taken = new Set<string>();
  return groups.map(({ instruments }, index) => {
    const at = `${path}.groups[${index}]`;
    const members = instruments.map((key) => termsOfKey(at, key));
    for (const { key, row } of members) {
      if (taken.has(key)) throw invalid(at, 'an instrument in one group, once', key);
      taken.add(key);
      const first = members[0]?.row;
      if (row.base !== first?.base || row.quote !== first.quote) {
        throw invalid(at, 'instruments of one base and one quote, by their names in the table', key);
      }
    }
    return members;
  });
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Give what is the same asset the same name in the instrument table, or leave it out of the group.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}
