import type { TopicsAnswer } from '../../../src/dashboard/protocol/index.ts';
import { exact } from '../format/quantity.ts';

/** What of an answer says how much of all topics it lists. */
type ListedTopics = Pick<
  TopicsAnswer,
  'topics' | 'matchingTopics' | 'evictedTopics' | 'knownTopics' | 'unlistedTopics'
>;

/** How many of those that were seen are shown, and how many the bus knows: a list that is cut says so. */
export function topicsText(answer: ListedTopics): string {
  const { topics, matchingTopics, evictedTopics, knownTopics, unlistedTopics } = answer;
  const isCut = matchingTopics > topics.length;
  const shown = isCut ? `the busiest ${exact(topics.length)} of ${exact(matchingTopics)}` : exact(topics.length);
  const parts = [`${shown} seen`];
  if (evictedTopics > 0) parts.push(`quieter ones let go ${exact(evictedTopics)} times`);
  const known = knownText(knownTopics, unlistedTopics);
  return [...parts, ...known].join(', ');
}

function knownText(knownTopics: number | null, unlistedTopics: number | null): readonly string[] {
  if (knownTopics === null) return [];
  const listed = `${exact(knownTopics)} known`;
  return unlistedTopics === null || unlistedTopics === 0
    ? [listed]
    : [listed, `${exact(unlistedTopics)} beyond the list`];
}
