import type { HealthStatus } from '@tradewind/core-types';
import type { JSX } from 'preact';

/** How serious something is. Always shown by a shape and a word too, never by colour alone. */
export type Level = 'good' | 'info' | 'warning' | 'critical' | 'none';

/** The shape of a level: a tick, a circle, a triangle, a diamond, a ring. */
export function LevelIcon({ level }: { readonly level: Level }): JSX.Element {
  return (
    <svg class={`icon ${level}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[level]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}

/** A word with the shape and the colour of its level. */
export function Badge({ level, children }: { readonly level: Level; readonly children: string | number }): JSX.Element {
  return (
    <span class={`badge ${level}`}>
      <LevelIcon level={level} />
      {children}
    </span>
  );
}

/** How well a part is, as a badge. */
export function StatusBadge({ status }: { readonly status: HealthStatus | null }): JSX.Element {
  return <Badge level={status === null ? 'none' : STATUS_LEVELS[status]}>{status ?? 'unknown'}</Badge>;
}

const STATUS_LEVELS: Readonly<Record<HealthStatus, Level>> = {
  up: 'good',
  degraded: 'warning',
  down: 'critical',
};

const SHAPES: Readonly<Record<Level, string>> = {
  good: 'M8 .5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Zm3.9 5.3-4.8 5.4-3-2.9 1.1-1.1 1.9 1.8 3.6-4.2 1.2 1Z',
  info: 'M8 .5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM7.1 3.6h1.8v1.8H7.1V3.6Zm0 3.2h1.8v5.6H7.1V6.8Z',
  warning: 'M8 1 .4 14.6h15.2L8 1Zm-.9 5h1.8v4.4H7.1V6Zm0 5.4h1.8v1.7H7.1v-1.7Z',
  critical: 'M8 .2.2 8 8 15.8 15.8 8 8 .2Zm-.9 3.9h1.8v4.7H7.1V4.1Zm0 5.8h1.8v1.8H7.1V9.9Z',
  none: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Zm0 1.6a4.4 4.4 0 1 1 0 8.8 4.4 4.4 0 0 1 0-8.8Z',
};
