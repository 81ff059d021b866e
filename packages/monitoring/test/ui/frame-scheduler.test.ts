import { expect, test } from 'vitest';
import { FrameScheduler, type Drawable } from '../../ui/src/drawing/frame-scheduler.ts';

/** Frames that come when the test says so, and drawables that take as long as it says. */
function stage(budgetMs: number) {
  const waiting: (() => void)[] = [];
  const drawn: string[] = [];
  let nowMs = 0;
  const scheduler = new FrameScheduler(
    { requestFrame: (callback) => void waiting.push(callback), now: () => nowMs },
    budgetMs,
  );
  const drawable = (name: string, takesMs: number): Drawable => ({
    draw: () => {
      drawn.push(name);
      nowMs += takesMs;
    },
  });
  /** What one frame draws. */
  const frame = (): readonly string[] => {
    drawn.length = 0;
    for (const callback of waiting.splice(0)) callback();
    return [...drawn];
  };
  return { scheduler, drawable, frame, waiting };
}

test('the first frame is left to others; then one draws until its budget is used up, and the next one goes on', () => {
  const { scheduler, drawable, frame } = stage(3);
  for (const name of ['a', 'b', 'c', 'd']) scheduler.ask(drawable(name, 2));
  expect([frame(), frame(), frame(), frame()]).toEqual([[], ['a', 'b'], ['c', 'd'], []]);
});

test('one that takes longer than the budget is still drawn, alone', () => {
  const { scheduler, drawable, frame } = stage(3);
  scheduler.ask(drawable('slow', 9));
  scheduler.ask(drawable('quick', 1));
  expect([frame(), frame(), frame()]).toEqual([[], ['slow'], ['quick']]);
});

test('who asks twice is drawn once, and whoever is gone is not', () => {
  const { scheduler, drawable, frame, waiting } = stage(3);
  const [one, gone] = [drawable('one', 1), drawable('gone', 1)];
  scheduler.ask(one);
  scheduler.ask(gone);
  scheduler.ask(one);
  scheduler.forget(gone);
  expect([frame(), frame()]).toEqual([[], ['one']]);
  expect(waiting).toHaveLength(0);
});
