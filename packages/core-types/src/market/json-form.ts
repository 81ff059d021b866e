import type { MarketEvent } from './market-event.ts';
import type { AccountSnapshot } from './orders/account-snapshot.ts';
import type { OrderCommand } from './orders/order-command.ts';
import type { OrderEvent } from './orders/order-event.ts';
import type { PositionSnapshot } from './orders/position-snapshot.ts';

/** Everything of this vocabulary that crosses a wire. */
export type WireObject = MarketEvent | OrderCommand | OrderEvent | PositionSnapshot | AccountSnapshot;

/** A value as JSON can hold it: each `bigint` as decimal digits, everything else as it is. */
export type JsonForm<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? readonly JsonForm<Item>[]
      : { readonly [K in keyof T]: JsonForm<T[K]> };

/**
 * The form of an event or command that `JSON.stringify` takes, since it throws at a `bigint`. The parsers read it back identically:
 * `parseMarketEvent(JSON.parse(JSON.stringify(toJsonForm(event))))` equals `event`.
 *
 * Copies the object; lists of texts (book levels) are taken over as they are. Keys whose value is undefined are left out.
 */
export function toJsonForm<T extends WireObject>(value: T): JsonForm<T> {
  return jsonForm(value) as JsonForm<T>;
}

function jsonForm(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return holdsOnlyTexts(value[0]) ? value : value.map(jsonForm);
  const form: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) form[key] = jsonForm(member);
  }
  return form;
}

/** Whether a list is one of book levels, the only lists of lists: thousands of pairs of texts that need no copy. */
function holdsOnlyTexts(item: unknown): boolean {
  return Array.isArray(item);
}
