import { FrameScheduler } from './frame-scheduler.ts';

/**
 * What the page draws with. Of 8 ms that a frame may cost, the browser's own layout and paint take some; a chart takes 1 to 2 ms.
 */
export const frames: FrameScheduler = new FrameScheduler(
  { requestFrame: (callback) => void requestAnimationFrame(callback), now: () => performance.now() },
  3,
);
