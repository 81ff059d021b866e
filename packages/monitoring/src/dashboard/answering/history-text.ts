import type { History } from '../snapshot/history.ts';
import { JsonText } from './answer.ts';

/** Writes a chart of the past as a `HistoryAnswer`. Yields after some thousand numbers: a hundred thousand take some ten milliseconds. */
export function* historyText({ timesMs, values, ...rest }: History): Generator<void, JsonText> {
  let text = `${JSON.stringify(rest).slice(0, -1)},"data":[`;
  for (const [index, column] of [timesMs, ...values].entries()) {
    text += index === 0 ? '[' : ',[';
    for (let from = 0; from < column.length; from += NUMBERS_A_TURN) {
      text += from === 0 ? '' : ',';
      text += Array.from(column.subarray(from, from + NUMBERS_A_TURN), numberText).join();
      yield;
    }
    text += ']';
  }
  return new JsonText(`${text}]}`);
}

/** JSON has no numbers beyond the finite. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}

const NUMBERS_A_TURN = 2_500;
