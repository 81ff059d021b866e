import { useState } from 'preact/hooks';
import { remember, remembered } from './remembered.ts';

/** How far back charts go. */
export const SPANS: readonly { readonly value: number; readonly name: string }[] = [
  { value: 60, name: '1 min' },
  { value: 300, name: '5 min' },
  { value: 900, name: '15 min' },
  { value: 3_600, name: '1 h' },
  { value: 21_600, name: '6 h' },
  { value: 86_400, name: '1 d' },
  { value: 604_800, name: '7 d' },
];

/** The span that was chosen last in this browser; otherwise 15 minutes. */
export function useSpan(): readonly [seconds: number, choose: (seconds: number) => void] {
  const [seconds, setSeconds] = useState(() => {
    const kept = Number(remembered('span'));
    return SPANS.some(({ value }) => value === kept) ? kept : 900;
  });
  const choose = (chosen: number): void => {
    remember('span', String(chosen));
    setSeconds(chosen);
  };
  return [seconds, choose];
}
