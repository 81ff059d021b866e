import { STANDARD_RULES } from './remediation-rule.ts';

/**
 * What remediation rules do about an alert, as one paragraph. Of the standard ones it is made of the rules themselves, so that it promises nothing that
 * they do not do; others are named.
 */
export function remediationText(names: readonly string[]): string {
  return `Where remediation is enabled with these rules: ${names.map(sentenceOf).join('; ')}.`;
}

function sentenceOf(name: string): string {
  const rule = STANDARD_RULES.find((one) => one.name === name);
  if (rule === undefined) return `\`${name}\``;
  const { component, from, forMs, reason, remedy, on = 'it' } = rule;
  const status = from === 'down' ? 'down' : 'degraded or down';
  const because = reason === undefined ? '' : ` with "${reason}" in its reason`;
  const held = forMs === 0 ? '' : ` for ${forMs / 1_000} s`;
  const whose = on === 'it' ? '' : ` of \`${on}\``;
  return `\`${name}\` runs \`${remedy}\`${whose} when \`${component}\` has been ${status}${because}${held}`;
}
