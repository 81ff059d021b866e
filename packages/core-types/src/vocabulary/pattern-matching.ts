import { isWholeSegment } from './topic.ts';

/**
 * Whether a topic matches a pattern: the meaning of {@link Pattern} as a function.
 *
 * For filters and transports, which test one topic against a few patterns. It takes valid input for granted, allocates nothing and needs
 * at most (characters of the topic) x (characters of the pattern) steps; a bus with many patterns wants an index instead.
 *
 * Going back to the last `*` alone is enough: everything between two stars has one way to match at a given place, a whole-segment `+`
 * included, since it ends where its segment ends.
 */
export function patternMatches(pattern: string, topic: string): boolean {
  let p = 0;
  let t = 0;
  let resumePattern = -1;
  let resumeTopic = -1;
  while (t < topic.length || p < pattern.length) {
    if (p < pattern.length && pattern.charCodeAt(p) === STAR) {
      resumePattern = p;
      resumeTopic = t;
      p += 1;
      continue;
    }
    const taken = charactersTaken(pattern, p, topic, t);
    if (taken > 0) {
      p += 1;
      t += taken;
      continue;
    }
    // A dead end: the last star takes one character more.
    if (resumePattern < 0 || resumeTopic >= topic.length) return false;
    p = resumePattern + 1;
    resumeTopic += 1;
    t = resumeTopic;
  }
  return true;
}

/** How many characters of the topic the pattern's character at `p` takes; 0 when it does not match there. */
function charactersTaken(pattern: string, p: number, topic: string, t: number): number {
  if (p === pattern.length || t === topic.length) return 0;
  const code = pattern.charCodeAt(p);
  if (code === PLUS && isWholeSegment(pattern, p)) {
    const dot = topic.indexOf('.', t);
    return (dot < 0 ? topic.length : dot) - t;
  }
  return code === QUESTION || code === topic.charCodeAt(t) ? 1 : 0;
}

const STAR = 0x2a;
const QUESTION = 0x3f;
const PLUS = 0x2b;
