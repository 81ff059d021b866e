import { expect, test } from 'vitest';
import { Story } from '../../src/injection/story.ts';

const WHOLE = ['fault', 'pending', 'firing', 'notified', 'remedy', 'healed', 'resolved'] as const;

test('a story has times since the fault, and each chapter once', () => {
  const lines: string[] = [];
  const story = new Story((line) => lines.push(line));
  for (const [at, chapter] of WHOLE.entries()) story.tell(chapter, 5_000 + at * 1_500, 'it is so');
  story.tell('firing', 99_000, 'again');
  expect(story.isTold).toBe(true);
  expect(story.problems()).toEqual([]);
  expect(lines.slice(0, 3)).toEqual([
    '   0.0 s  fault     it is so',
    '   1.5 s  pending   it is so',
    '   3.0 s  firing    it is so',
  ]);
  expect(lines.length).toBe(WHOLE.length);
});

test('a story says what did not happen, and what came before what leads to it', () => {
  const story = new Story(() => undefined);
  for (const chapter of ['fault', 'pending', 'firing', 'healed'] as const) story.tell(chapter, 10, '');
  story.tell('resolved', 5, '');
  expect(story.isTold).toBe(false);
  expect(story.problems()).toEqual([
    '"notified" did not happen',
    '"remedy" did not happen',
    '"resolved" came before "firing"',
  ]);
});
