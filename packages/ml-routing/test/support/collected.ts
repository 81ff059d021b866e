import type { MetricsSource } from '@tradewind/core-types';

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
