import type { ComponentChildren, JSX } from 'preact';
import { quantity, text, type Unit } from '../format/quantity.ts';
import type { Level } from './level.tsx';

/** A number that is read at a glance, with what it is. */
export function Tile(props: {
  readonly name: string;
  readonly value: number | null | undefined;
  readonly unit: Unit;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { digits, unit } = quantity(props.value, props.unit);
  return (
    <div class="tile">
      <dt>{props.name}</dt>
      <dd class="value">
        {digits}
        <small>{unit}</small>
      </dd>
      <dd class="note">{props.children}</dd>
    </div>
  );
}

/** A cell of a table with a number. */
export function NumberCell({
  value,
  unit,
}: {
  readonly value: number | null | undefined;
  readonly unit: Unit;
}): JSX.Element {
  return <td class="number">{text(value, unit)}</td>;
}

/** How full something is. */
export function Meter({
  ratio,
  level = 'none',
}: {
  readonly ratio: number;
  readonly level?: Level | undefined;
}): JSX.Element {
  const width = `${Math.min(100, Math.max(0, ratio * 100))}%`;
  return (
    <span class="meter">
      <span class="track" aria-hidden="true">
        <span class={`fill ${level}`} style={{ display: 'block', width }} />
      </span>
      <span class="number">{text(ratio, 'ratio')}</span>
    </span>
  );
}

/** From which share on something full is told of. */
export function fullness(ratio: number): Level {
  if (ratio >= 0.95) return 'critical';
  return ratio >= 0.8 ? 'warning' : 'none';
}
