import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InFlight, PLACES } from '../../src/paths/in-flight.ts';

test('counts, order and front are those of a plain list', () => {
  const step = fc.record({
    act: fc.constantFrom('add', 'add', 'arrive', 'remove'),
    path: fc.nat(2),
    pick: fc.nat(1_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const flight = new InFlight(3);
      let listed: { readonly ticket: number; readonly path: number; readonly overtaken: boolean }[] = [];
      let tickets = 0;
      for (const { act, path, pick } of steps) {
        if (act === 'add') {
          tickets += 1;
          flight.add(tickets, path);
          listed.push({ ticket: tickets, path, overtaken: false });
        } else if (listed.length > 0) {
          const gone = listed[pick % listed.length];
          if (gone === undefined) continue;
          const at = flight.find(gone.ticket);
          if (act === 'arrive') expect(flight.arrived(at)).toBe(!gone.overtaken);
          else flight.remove(at);
          listed = listed
            .filter(({ ticket }) => ticket !== gone.ticket)
            .map((each) =>
              act === 'arrive' && each.path === gone.path && each.ticket < gone.ticket
                ? { ...each, overtaken: true }
                : each,
            );
          expect(flight.find(gone.ticket)).toBe(-1);
        }
        for (let each = 0; each < 3; each += 1) {
          const own = listed.filter((message) => message.path === each);
          expect(flight.count[each]).toBe(own.length);
          expect(flight.of(each).map((at) => flight.ticket[at])).toEqual(own.map(({ ticket }) => ticket));
          const front = own.find(({ overtaken }) => !overtaken);
          expect(flight.front[each]).toBe(front === undefined ? -1 : flight.find(front.ticket));
        }
      }
    }),
  );
});

test('what is never settled makes room, and is counted', () => {
  const flight = new InFlight(1);
  for (let ticket = 0; ticket < PLACES + 10; ticket += 1) flight.add(ticket, 0);
  expect(flight.forgotten).toBe(10);
  expect(flight.count[0]).toBe(PLACES);
  expect(flight.find(3)).toBe(-1);
  expect(flight.find(PLACES + 3)).toBe(3);
});
