import type { MetricsSink, MetricsSource } from '@tradewind/core-types';
import type { Monitoring, TextOptions } from '../../src/index.ts';

/** A fresh scrape as text. */
export async function scraped(monitoring: Monitoring, options?: TextOptions): Promise<string> {
  await monitoring.scrape();
  let text = '';
  for await (const piece of monitoring.text(options)) text += piece;
  return text;
}

/** The samples of a text by name and labels, comments left out. */
export function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const end = line.lastIndexOf(' ');
    found.set(line.slice(0, end), Number(line.slice(end + 1).replace('Inf', 'Infinity')));
  }
  return found;
}

/** A source that writes what a function says. */
export function source(collect: (into: MetricsSink) => void): MetricsSource {
  return { collect };
}

/** Buckets for tests: at most 0.001, 0.002, 0.004 seconds, and above. */
export const BOUNDS: readonly number[] = [0.001, 0.002, 0.004, Infinity];
