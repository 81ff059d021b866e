/**
 * The texts of topics that came lately, so that a topic is the same text in all entries: whoever looks it up compares a pointer then, where text that was just
 * read has to be hashed and compared. At 4,096 topics the memory starts anew.
 */
const known = new Map<string, string>();

/** Puts known texts in the place of those of a column of topics, in either form that a column of few topics has. */
export function internTopics(column: unknown): void {
  if (!Array.isArray(column)) return;
  const [form, values] = column as unknown[];
  if (form === SAME && typeof values === 'string') column[1] = intern(values);
  if (form !== DISTINCT || !Array.isArray(values)) return;
  const texts: unknown[] = values;
  for (let i = 0; i < texts.length; i += 1) {
    const text = texts[i];
    if (typeof text === 'string') texts[i] = intern(text);
  }
}

function intern(topic: string): string {
  const before = known.get(topic);
  if (before !== undefined) return before;
  if (known.size >= MAX_TOPICS) known.clear();
  known.set(topic, topic);
  return topic;
}

const SAME = 0;
const DISTINCT = 3;
const MAX_TOPICS = 4_096;
