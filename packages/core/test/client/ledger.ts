import type { MetricLabels, Part } from '@tradewind/core-types';
import { expect } from 'vitest';
import { collectAll } from '../collect-all.ts';

/** All values of one scrape of something and its parts, by name and labels. */
export class Scrape {
  readonly #values: { readonly name: string; readonly labels: MetricLabels; readonly value: number }[] = [];
  readonly described: Set<string> = new Set<string>();
  readonly names: Set<string> = new Set<string>();

  constructor(source: Partial<Part>) {
    const add = (name: string, value: number, labels: MetricLabels = {}): void => {
      this.names.add(name);
      this.#values.push({ name, labels, value });
    };
    collectAll(source, {
      describe: (name) => this.described.add(name),
      counter: add,
      gauge: add,
      histogram: (name, view, labels) => {
        let count = 0;
        for (let i = 0; i < view.counts.length; i += 1) count += view.counts[i] ?? 0;
        add(name, count, labels);
      },
    });
  }

  /** The sum over all series of a name whose labels include the given ones. */
  sum(name: string, labels: MetricLabels = {}): number {
    return this.#values
      .filter(
        (series) =>
          series.name === name && Object.entries(labels).every(([key, value]) => series.labels[key] === value),
      )
      .reduce((total, { value }) => total + value, 0);
  }
}

/** What became of everything, in the two currencies: messages in lanes, and deliveries. */
export function ledgerOf(source: Partial<Part>, labels: MetricLabels = {}) {
  const scrape = new Scrape(source);
  const messages = (what: string): number => scrape.sum(`tradewind_messages_${what}_total`, labels);
  const deliveries = (what: string): number => scrape.sum(`tradewind_deliveries_${what}_total`, labels);
  return {
    scrape,
    messages: {
      accepted: messages('accepted'),
      refused: messages('refused'),
      dispatched: messages('dispatched'),
      unrouted: messages('unrouted'),
      sent: messages('sent'),
      deadLettered: messages('dead_lettered'),
      expired: messages('expired'),
      superseded: messages('superseded'),
      dropped: messages('dropped'),
      queued: scrape.sum('tradewind_lane_queued', labels) + scrape.sum('tradewind_path_sending', labels),
    },
    deliveries: {
      opened: deliveries('opened'),
      handled: deliveries('handled'),
      deadLettered: deliveries('dead_lettered'),
      expired: deliveries('expired'),
      superseded: deliveries('superseded'),
      dropped: deliveries('dropped'),
      open: scrape.sum('tradewind_deliveries_open') + scrape.sum('tradewind_deliveries_retrying'),
    },
  };
}

/**
 * The law of conservation: what was accepted is handled, sent, dead-lettered, expired, superseded, dropped, unrouted or still there, and
 * nothing is counted twice.
 */
export function expectConserved(source: Partial<Part>): void {
  const { messages, deliveries } = ledgerOf(source);
  const { accepted, dispatched, unrouted, sent, deadLettered, expired, superseded, dropped, queued } = messages;
  expect(dispatched + unrouted + sent + deadLettered + expired + superseded + dropped + queued, 'messages').toBe(
    accepted,
  );
  const { opened, handled, open } = deliveries;
  const ended = handled + deliveries.deadLettered + deliveries.expired + deliveries.superseded + deliveries.dropped;
  expect(ended + open, 'deliveries').toBe(opened);
}
