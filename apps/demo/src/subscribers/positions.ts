import { microsOf, type Desk } from './desk.ts';
import { PositionBook, type Position } from './position-book.ts';

/** Keeps the desk's positions from the fills that come over the bus. */
export class Positions {
  readonly #book = new PositionBook();
  #fills = 0;

  constructor(desk: Desk) {
    const count = desk.deliveries.open({ subscriber: 'positions', kinds: ['order_event'], conflating: false });
    desk.bus.subscribe('events.order.+', (event, meta) => {
      count(event, meta);
      if (event.type !== 'order_filled') return;
      this.#fills += 1;
      this.#book.add(event);
      const verb = event.side === 'BUY' ? 'bought' : 'sold';
      const text = `${verb} ${event.lastQuantity} ${event.instrumentId} at ${event.lastPrice}`;
      desk.log.add({ atMicros: microsOf(desk, event.tsInitNs), kind: 'fill', text });
    });
  }

  get fills(): number {
    return this.#fills;
  }

  /** By instrument, in alphabetical order. */
  list(): readonly Position[] {
    return this.#book.list();
  }
}
