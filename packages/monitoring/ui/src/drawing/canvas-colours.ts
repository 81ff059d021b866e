import { onTheme } from '../state/theme.ts';

/** The colours of styles/tokens.css that something is drawn with on a canvas. */
const TOKENS = [
  'ink-quiet',
  'line',
  'warning',
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'series-6',
  'series-7',
  'series-8',
] as const;

type Token = (typeof TOKENS)[number];

const SERIES: readonly Token[] = TOKENS.filter((token) => token.startsWith('series-'));

/** The name of the colour of a series; there are eight, and further ones begin anew. Dashes would not be seen in noise, and take ten times as long to draw. */
export function seriesToken(index: number): Token {
  return SERIES[index % SERIES.length] as Token;
}

const colours = new Map<Token, string>();

/** What a colour is in the theme that is on: a canvas cannot read variables. */
export function colour(token: Token): string {
  if (colours.size === 0) read();
  return colours.get(token) ?? '';
}

/** All at once, since after something was added to the page the browser computes its styles anew for whoever asks. */
function read(): void {
  const probes = document.createElement('div');
  for (const token of TOKENS) {
    const probe = document.createElement('span');
    probe.style.color = `var(--${token})`;
    probes.append(probe);
  }
  document.body.append(probes);
  for (const [at, token] of TOKENS.entries())
    colours.set(token, getComputedStyle(probes.children[at] as Element).color);
  probes.remove();
}

onTheme(() => colours.clear());
