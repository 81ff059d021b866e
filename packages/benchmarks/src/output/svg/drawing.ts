/** A colour on the white ground, and what takes its place where the reader's system is dark. */
interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** One colour a contender, told apart on its ground and by most people with colour blindness (after P. Tol's muted and bright schemes). */
const COLOURS: readonly Colour[] = [
  { light: '#332288', dark: '#9a8cf0' },
  { light: '#117733', dark: '#3fb368' },
  { light: '#cc6677', dark: '#e08090' },
  { light: '#ddaa33', dark: '#ddaa33' },
  { light: '#88ccee', dark: '#88ccee' },
  { light: '#aa4499', dark: '#d27fc4' },
  { light: '#44aa99', dark: '#55c4b2' },
  { light: '#999933', dark: '#bdbd55' },
  { light: '#882255', dark: '#d3488e' },
  { light: '#ee7733', dark: '#ff9d76' },
  { light: '#6699cc', dark: '#6699cc' },
  { light: '#777777', dark: '#a0a0a0' },
];
const GROUND: Colour = { light: '#fff', dark: '#0d1117' };
const INK: Colour = { light: '#222', dark: '#e6edf3' };
const GRID: Colour = { light: '#ddd', dark: '#30363d' };

/** What texts and whiskers are drawn in. */
export const INK_COLOUR: string = INK.light;

/**
 * Colours are written as attributes, for programs that know no styles; where the reader prefers dark, this replaces each by its counterpart.
 */
const DARK_STYLE = [
  '<style>@media (prefers-color-scheme: dark) {',
  ...[GROUND, INK, GRID, ...COLOURS]
    .filter(({ light, dark }) => light !== dark)
    .map(({ light, dark }) => `[fill="${light}"] { fill: ${dark} } [stroke="${light}"] { stroke: ${dark} }`),
  '}</style>',
].join('\n');

/** The colour of the contender at this place of the list. */
export function colourOf(index: number): string {
  return (COLOURS[index % COLOURS.length] as Colour).light;
}

/** Where a text stands, and how. */
export interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end' | undefined;
  readonly size?: number | undefined;
}

/** A text; what XML would read as markup is written as entities. */
export function text(content: string, { x, y, anchor = 'start', size = 12 }: TextOptions): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" font-size="${size}" fill="${INK.light}">${escapeXml(content)}</text>`;
}

/** A straight line from one point to another. */
export function line(
  from: readonly [number, number],
  to: readonly [number, number],
  colour: string = GRID.light,
): string {
  return `<line x1="${px(from[0])}" y1="${px(from[1])}" x2="${px(to[0])}" y2="${px(to[1])}" stroke="${colour}"/>`;
}

/** A complete picture with a ground of its own, white or dark as the reader prefers, and a title that screen readers tell. */
export function picture(
  title: string,
  size: { readonly width: number; readonly height: number },
  parts: readonly string[],
): string {
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" font-family="sans-serif" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    DARK_STYLE,
    `<rect width="${px(width)}" height="${px(height)}" fill="${GROUND.light}"/>`,
    text(title, { x: 16, y: 26, size: 16 }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** A length with a tenth of a pixel: what is finer cannot be seen and only makes files larger. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
