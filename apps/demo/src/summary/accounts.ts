import { PRIORITY_NAMES, type CloseReport } from '@tradewind/core-types';
import { KIND_POLICIES } from '../bus-policy.ts';
import type { BusReading } from '../bus-reading.ts';
import { EVENT_KINDS, type EventKind } from '../events.ts';
import type { PublishedCounts } from '../event-publisher.ts';
import type { DeliveryAccount } from '../subscribers/delivery-counts.ts';

/** One subscriber and one kind of event: what went in and what came out, each counted by its own hand. */
export interface AccountLine {
  readonly subscriber: string;
  readonly kind: EventKind;
  readonly published: number;
  readonly delivered: number;
  /** Published and not delivered, where the subscriber asked for the newest only. */
  readonly conflated: number;
  /** Published and not delivered without anybody's wish; negative: delivered too often. Anything but 0 is a loss. */
  readonly missing: number;
}

/** Where every message went. */
export interface Accounts {
  readonly lines: readonly AccountLine[];
  /** What should not have been, one sentence each; none: nothing was lost. */
  readonly problems: readonly string[];
}

/** Everything that the books are made up from. */
export interface AccountFacts {
  readonly published: PublishedCounts;
  readonly deliveries: readonly DeliveryAccount[];
  /** Messages that subscribers could not make sense of. */
  readonly unknown: number;
  readonly bus: BusReading;
  readonly closing: CloseReport;
  readonly lateReactions: number;
  readonly abandonedReactions: number;
  /** Lines of a recording that are no events. */
  readonly rejected: number;
  /** Whether a recording that was to be replayed to its end was not. */
  readonly unread: boolean;
  /** What ended the run before its time, if something did. */
  readonly failure: Error | undefined;
}

/**
 * Makes up the books: published = delivered + conflated by declared policy, for each subscriber and kind.
 *
 * Publisher and subscribers count by themselves; the bus's own figures must agree with them, and are not taken on trust.
 */
export function settleAccounts(facts: AccountFacts): Accounts {
  const lines = facts.deliveries.flatMap((account) =>
    account.kinds.map((kind) => accountLine(account, kind, facts.published)),
  );
  const problems = [
    ...missing(lines),
    ...strays(facts.deliveries),
    ...conflation(lines, facts.bus),
    ...ofTheBus(facts),
    ...ofTheFeed(facts),
  ];
  return { lines, problems };
}

function accountLine(account: DeliveryAccount, kind: EventKind, counts: PublishedCounts): AccountLine {
  const published = counts[kind];
  const delivered = account.delivered[kind];
  const rest = published - delivered;
  const mayConflate = account.conflating && KIND_POLICIES[kind].conflatable && rest > 0;
  return {
    subscriber: account.subscriber,
    kind,
    published,
    delivered,
    conflated: mayConflate ? rest : 0,
    missing: mayConflate ? 0 : rest,
  };
}

function missing(lines: readonly AccountLine[]): readonly string[] {
  return lines
    .filter((line) => line.missing !== 0)
    .map(
      ({ subscriber, kind, published, delivered }) =>
        `${subscriber}: ${published} ${kind} published, ${delivered} delivered`,
    );
}

/** Kinds that a subscriber got without having declared them. */
function strays(deliveries: readonly DeliveryAccount[]): readonly string[] {
  return deliveries.flatMap(({ subscriber, kinds, delivered }) =>
    EVENT_KINDS.filter((kind) => delivered[kind] > 0 && !kinds.includes(kind)).map(
      (kind) => `${subscriber}: ${delivered[kind]} ${kind} delivered that it had not asked for`,
    ),
  );
}

/** What subscribers miss by their own wish must be what the bus says it has superseded, over all lanes: learned routing may have moved a topic to another one than was declared. */
function conflation(lines: readonly AccountLine[], bus: BusReading): readonly string[] {
  const conflated = lines.reduce((sum, line) => sum + line.conflated, 0);
  const superseded = bus.lanes.reduce((sum, lane) => sum + lane.superseded, 0);
  return conflated === superseded
    ? []
    : [`${conflated} deliveries conflated, but the bus superseded ${superseded} in all lanes`];
}

function ofTheBus({ bus, closing, unknown }: AccountFacts): readonly string[] {
  const problems = bus.lanes.flatMap(({ name, dropped, deadLettered, failed }) => [
    ...some(dropped, `${name}: ${dropped} messages dropped`),
    ...some(deadLettered, `${name}: ${deadLettered} deliveries dead-lettered`),
    ...some(failed, `${name}: ${failed} handler calls failed`),
  ]);
  const left = closing.queued.flatMap((count, priority) =>
    some(count, `${PRIORITY_NAMES[priority] ?? ''}: ${count} messages left in the lane at the end`),
  );
  return [
    ...problems,
    ...left,
    ...some(closing.unsettled, `${closing.unsettled} deliveries unfinished at the end`),
    ...some(unknown, `${unknown} messages delivered that are no events of the demo`),
  ];
}

function ofTheFeed({ lateReactions, abandonedReactions, rejected, unread, failure }: AccountFacts): readonly string[] {
  return [
    ...(failure === undefined ? [] : [failure.message]),
    ...(unread ? ['the recording was not replayed to its end'] : []),
    ...some(rejected, `${rejected} lines of the recording rejected`),
    ...some(lateReactions, `${lateReactions} reactions came too late, so the run does not repeat`),
    ...some(abandonedReactions, `${abandonedReactions} reactions never came, so the run does not repeat`),
  ];
}

function some(count: number, problem: string): readonly string[] {
  return count > 0 ? [problem] : [];
}
