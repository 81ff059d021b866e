import { FrameScheduler } from './frame-scheduler.ts';

/**
 * What the page draws with each second, in turns: its tables and figures, its charts, and the cross-hairs of charts that the pointer is not over.
 *
 * Of 8 ms that a frame may cost, style, layout, paint and commit of the browser take 3 to 5 ms whatever changed, and a chart or a table 2 to 3 ms: so it
 * is one of them a frame, which a budget of nothing says.
 */
export const frames: FrameScheduler = new FrameScheduler(
  { requestFrame: (callback) => void requestAnimationFrame(callback), now: () => performance.now() },
  0,
);
