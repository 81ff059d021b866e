import { renderLine, type StyledLine } from './styled-text.ts';

/** The part of a terminal that the screen needs: `process.stdout` fits. */
export interface TerminalOutput {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

/**
 * A full screen that is redrawn in place, without flicker: the cursor goes home, each line is overwritten and cleared behind its end,
 * and the terminal shows the frame as a whole (synchronized update, where it knows that).
 *
 * It draws on the alternate screen, so that what was in the terminal before is there again afterwards.
 */
export class TerminalScreen {
  readonly #output: TerminalOutput;
  readonly #color: boolean;
  #isOpen = false;

  constructor(output: TerminalOutput, color: boolean) {
    this.#output = output;
    this.#color = color;
  }

  /** Columns and rows as they are now; a terminal that does not tell is taken for the usual 80 by 24. */
  get size(): { readonly width: number; readonly height: number } {
    return {
      width: Math.max(MIN_WIDTH, this.#output.columns || 80),
      height: Math.max(MIN_HEIGHT, this.#output.rows || 24),
    };
  }

  draw(lines: readonly StyledLine[]): void {
    const { width, height } = this.size;
    const opening = this.#isOpen ? '' : OPEN;
    this.#isOpen = true;
    // A character in the last column would make some terminals wrap: one column stays free.
    const options = { width: width - 1, color: this.#color };
    const body = lines.slice(0, height).map((line) => renderLine(line, options) + CLEAR_LINE);
    this.#output.write(`${opening}${BEGIN_UPDATE}${HOME}${body.join('\r\n')}${CLEAR_BELOW}${END_UPDATE}`);
  }

  /** Brings back what was in the terminal before. Calling it again does nothing. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.write(CLOSE);
  }
}

const ESC = '\u001b[';
const OPEN = `${ESC}?1049h${ESC}?25l`;
const CLOSE = `${ESC}?25h${ESC}?1049l`;
const HOME = `${ESC}H`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
const BEGIN_UPDATE = `${ESC}?2026h`;
const END_UPDATE = `${ESC}?2026l`;
const MIN_WIDTH = 20;
const MIN_HEIGHT = 6;
