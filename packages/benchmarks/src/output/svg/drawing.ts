/** One colour a contender, told apart on white and by most people with colour blindness (after P. Tol's muted and bright schemes). */
const COLOURS: readonly string[] = [
  '#332288',
  '#117733',
  '#cc6677',
  '#ddaa33',
  '#88ccee',
  '#aa4499',
  '#44aa99',
  '#999933',
  '#882255',
  '#bb5566',
  '#6699cc',
  '#777777',
];

/** The colour of the contender at this place of the list. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] as string;
}

/** Where a text stands, and how. */
export interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end' | undefined;
  readonly size?: number | undefined;
  readonly colour?: string | undefined;
}

/** A text; what XML would read as markup is written as entities. */
export function text(content: string, { x, y, anchor = 'start', size = 12, colour = '#222' }: TextOptions): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" font-size="${size}" fill="${colour}">${escapeXml(content)}</text>`;
}

/** A straight line from one point to another. */
export function line(from: readonly [number, number], to: readonly [number, number], colour = '#ddd'): string {
  return `<line x1="${px(from[0])}" y1="${px(from[1])}" x2="${px(to[0])}" y2="${px(to[1])}" stroke="${colour}"/>`;
}

/** A complete picture with a white ground and a title that screen readers tell. */
export function picture(
  title: string,
  size: { readonly width: number; readonly height: number },
  parts: readonly string[],
): string {
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" font-family="sans-serif" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${px(width)}" height="${px(height)}" fill="#fff"/>`,
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
