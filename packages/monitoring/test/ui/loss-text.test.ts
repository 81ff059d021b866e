import { expect, test } from 'vitest';
import { kindsOfLoss } from '../../ui/src/screens/loss-text.ts';
import { frameOf } from './support/frames.ts';

const { throughput } = frameOf();

test.each([
  ['what expired', { expiredPerSecond: 3 }, 'expired'],
  ['two kinds', { droppedPerSecond: 1, refusedPerSecond: 2, expiredPerSecond: null }, 'dropped, refused'],
  ['nothing', {}, 'dropped, refused, expired'],
])('of %s the tile says so', (_, rates, words) => {
  expect(kindsOfLoss({ ...throughput, ...rates })).toBe(words);
});

test('before the first frame the tile says what it would count', () => {
  expect(kindsOfLoss(undefined)).toBe('dropped, refused, expired');
});
