import type { MetricsSource, Part } from '@tradewind/core-types';

/** What a part gives at a scrape: `name{label=value,…}` and the value. */
export function collected(source: MetricsSource): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  const add = (name: string, value: number, labels: Readonly<Record<string, string>> = {}): void => {
    const text = Object.entries(labels)
      .map(([label, of]) => `${label}=${of}`)
      .join(',');
    values[text === '' ? name : `${name}{${text}}`] = value;
  };
  source.collect({ describe: () => undefined, counter: add, gauge: add, histogram: () => undefined });
  return values;
}

/** What a part and the parts below it give at a scrape, each asked once. Throws on a series that two of them write. */
export function collectedTree(part: Part): Readonly<Record<string, number>> {
  const values: Record<string, number> = {
    ...(part.collect === undefined ? {} : collected({ collect: part.collect.bind(part) })),
  };
  for (const below of part.parts?.() ?? []) {
    for (const [series, value] of Object.entries(collectedTree(below))) {
      if (series in values)
        throw new Error(`Expected each series once; ${series} is written by ${below.name} and by another part.`);
      values[series] = value;
    }
  }
  return values;
}
