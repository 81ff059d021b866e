/** What a piece of text means to the eye; how that looks is for the renderer. */
export type TextStyle = 'plain' | 'title' | 'label' | 'value' | 'good' | 'bad' | 'warn' | 'faint';

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: TextStyle;
}

/** One line of the screen. */
export type StyledLine = readonly Span[];

export function span(text: string, style: TextStyle = 'plain'): Span {
  return { text, style };
}

/** How a line becomes text. */
export interface RenderOptions {
  /** Columns of the terminal: what is longer is cut, so that no line wraps. */
  readonly width: number;
  readonly color: boolean;
}

/** A line as the terminal gets it, without anything behind the last visible character. */
export function renderLine(line: StyledLine, { width, color }: RenderOptions): string {
  let room = width;
  let rendered = '';
  for (const { text, style } of line) {
    if (room <= 0) break;
    const clean = printable(text);
    const shown = clean.length > room ? `${clean.slice(0, room - 1)}…` : clean;
    room -= shown.length;
    const code = color ? CODES[style] : '';
    rendered += code === '' ? shown : `${code}${shown}${RESET}`;
  }
  return color ? rendered : rendered.trimEnd();
}

export function lineWidth(line: StyledLine): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** Names come from recordings: nothing in them may move the cursor or count as more or fewer columns than it has characters. */
function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '·');
}

/** Everything but printable characters of Latin, Greek and the signs that the view itself draws with. */
const UNPRINTABLE = /[^\u0020-\u007e\u00a0-\u024f\u0370-\u03ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u259f]/g;
const RESET = '\u001b[0m';
const CODES: Readonly<Record<TextStyle, string>> = {
  plain: '',
  title: '\u001b[1;36m',
  label: '\u001b[2m',
  value: '\u001b[1m',
  good: '\u001b[32m',
  bad: '\u001b[31m',
  warn: '\u001b[33m',
  faint: '\u001b[2m',
};
