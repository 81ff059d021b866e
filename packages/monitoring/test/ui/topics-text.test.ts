import { expect, test } from 'vitest';
import type { TopicRow } from '../../src/dashboard/protocol/index.ts';
import { topicsText } from '../../ui/src/screens/topics-text.ts';

const row: TopicRow = {
  topic: 'data.trades.KRAKEN.BTCUSD',
  publishers: [],
  publishedPerSecond: 1,
  handledPerSecond: 0,
  failedPerSecond: 0,
  meanHandlerSeconds: null,
  maxHandlerSeconds: null,
  slowestSubscription: null,
};
const answer = {
  topics: Array.from({ length: 200 }, () => row),
  matchingTopics: 200,
  evictedTopics: 0,
  knownTopics: null,
  unlistedTopics: null,
};

test.each([
  ['whole', {}, '200 seen'],
  ['cut', { matchingTopics: 1_731 }, 'the busiest 200 of 1,731 seen'],
  [
    'of the busiest alone',
    { matchingTopics: 2_000, evictedTopics: 31 },
    'the busiest 200 of 2,000 seen, quieter ones let go 31 times',
  ],
  ['of a bus that keeps one', { knownTopics: 4_000, unlistedTopics: 5 }, '200 seen, 4,000 known, 5 beyond the list'],
  ['of a bus that keeps all', { knownTopics: 200, unlistedTopics: 0 }, '200 seen, 200 known'],
])('a list that is %s says so', (_, over, words) => {
  expect(topicsText({ ...answer, ...over })).toBe(words);
});
