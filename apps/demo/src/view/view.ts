import { renderFrame } from './frame.ts';
import { plainLine } from './plain-line.ts';
import type { ScreenState } from './screen-state.ts';
import { TerminalScreen, type TerminalOutput } from './terminal-screen.ts';

/** Shows how the demo is going. */
export interface View {
  /** How often it wants to be told, in milliseconds. */
  readonly everyMs: number;
  show(state: ScreenState): void;
  /** Leaves the terminal as it was. Calling it again does nothing. */
  close(): void;
}

/** The live screen of a terminal. */
export function terminalView(output: TerminalOutput, color: boolean): View {
  const screen = new TerminalScreen(output, color);
  return {
    everyMs: FRAME_MS,
    show: (state) => screen.draw(renderFrame(state, { width: screen.size.width - 1, height: screen.size.height })),
    close: () => screen.close(),
  };
}

/** A line a second, without escape codes. */
export function plainView(output: Pick<TerminalOutput, 'write'>): View {
  let last = '';
  return {
    everyMs: LINE_MS,
    show: (state) => {
      const line = plainLine(state);
      if (line !== last) output.write(`${line}\n`);
      last = line;
    },
    close: () => undefined,
  };
}

/** Shows nothing: for `--json`, whose stdout is the document alone. */
export function silentView(): View {
  return { everyMs: LINE_MS, show: () => undefined, close: () => undefined };
}

/** Ten frames a second: calm to look at, and quick enough to see a burst. */
const FRAME_MS = 100;
const LINE_MS = 1000;
