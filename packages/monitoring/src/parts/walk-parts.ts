import type { Part } from '@tradewind/core-types';

/**
 * What can be monitored: a bus, a transport, a plugin, anything that has some of the faces of a part. What it does not have is not shown.
 * A synchronous bus has `collect` alone, a client all of them.
 */
export type Monitored = Partial<Part>;

/** A part and where it stands: `plugins/regime`; empty for the bus itself. */
export interface PlacedPart {
  readonly path: string;
  readonly part: Monitored;
}

/**
 * A part and all parts below it, each once, a part before its own parts.
 *
 * A tree deeper than 8 or with more than 1,000 parts is cut there: a part that contains itself must not hang a scrape. One whose `parts()`
 * throws has none.
 */
export function walkParts(root: PlacedPart): readonly PlacedPart[] {
  const found: PlacedPart[] = [];
  const visit = (placed: PlacedPart, depth: number): void => {
    if (found.length >= MAX_PARTS || depth > MAX_DEPTH) return;
    found.push(placed);
    for (const child of childrenOf(placed.part)) {
      visit({ path: placed.path === '' ? child.name : `${placed.path}/${child.name}`, part: child }, depth + 1);
    }
  };
  visit(root, 1);
  return found;
}

/** The parts of a part, or none. */
function childrenOf(part: Monitored): readonly Part[] {
  try {
    return part.parts?.() ?? [];
  } catch {
    return [];
  }
}

const MAX_DEPTH = 8;
const MAX_PARTS = 1_000;
