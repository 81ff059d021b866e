/**
 * The day or month on which a contract ends, from the codes that venues write: `24JUN22`, `220624`, `20220624`, and `U21` for September 2021.
 *
 * @returns `2022-06-24`, or `2021-09` where the code says no day; undefined for what is no such code. Years are of this century.
 */
export function readExpiry(code: string): string | undefined {
  const named = NAMED_DAY.exec(code);
  if (named !== null) {
    const month = MONTHS.indexOf(named[2] ?? '') / MONTH_LETTERS + 1;
    return Number.isInteger(month) ? day(named[3], month, named[1]) : undefined;
  }
  const numbered = NUMBERED_DAY.exec(code);
  if (numbered !== null) return day(numbered[1], Number(numbered[2]), numbered[3]);
  const letter = MONTH_CODE.exec(code);
  if (letter === null) return undefined;
  return `20${letter[2]}-${String(MONTH_CODES.indexOf(letter[1] ?? '') + 1).padStart(2, '0')}`;
}

function day(year: string | undefined, month: number, ofMonth: string | undefined): string | undefined {
  const number = Number(ofMonth);
  if (!(month >= 1 && month <= 12 && number >= 1 && number <= 31)) return undefined;
  return `20${year}-${String(month).padStart(2, '0')}-${String(number).padStart(2, '0')}`;
}

const NAMED_DAY = /^(\d{1,2})([A-Z]{3})(\d{2})$/;
const NUMBERED_DAY = /^(?:20)?(\d{2})(\d{2})(\d{2})$/;
/** The letters of futures markets for January to December. */
const MONTH_CODES = 'FGHJKMNQUVXZ';
const MONTH_CODE = /^([FGHJKMNQUVXZ])(\d{2})$/;
const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
const MONTH_LETTERS = 3;
