import type { Part } from '@tradewind/core-types';

/** A part and where it stands: `client`, `client/plugins/regime`. */
export interface PlacedPart {
  readonly path: string;
  readonly part: Part;
}

/**
 * A part and all parts below it, each once, a part before its own parts.
 *
 * A tree deeper than 8 or with more than 1,000 parts is cut there: a part that contains itself must not hang a scrape.
 */
export function walkParts(root: Part, path: string = root.name): readonly PlacedPart[] {
  const found: PlacedPart[] = [];
  const visit = (part: Part, at: string, depth: number): void => {
    if (found.length >= MAX_PARTS || depth > MAX_DEPTH) return;
    found.push({ path: at, part });
    for (const child of part.parts?.() ?? []) visit(child, `${at}/${child.name}`, depth + 1);
  };
  visit(root, path, 1);
  return found;
}

const MAX_DEPTH = 8;
const MAX_PARTS = 1_000;
