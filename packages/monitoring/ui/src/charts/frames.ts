import { FrameScheduler } from './frame-scheduler.ts';

/**
 * What the page draws with. Of 8 ms that a frame may cost, a chart takes 1 to 2 ms, its table as much, and the browser's own layout, paint and commit
 * of a canvas most of the rest: so it is one chart or one table a frame, which a budget of nothing says.
 */
export const frames: FrameScheduler = new FrameScheduler(
  { requestFrame: (callback) => void requestAnimationFrame(callback), now: () => performance.now() },
  0,
);
