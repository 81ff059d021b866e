import type { Expression } from '../../src/rules/expressions/expression.ts';

/** One line, or set of lines, of a panel. */
export interface QueryDraft {
  readonly expression: Expression;
  /** With `{{label}}`. */
  readonly legend: string;
}

/** How numbers of a panel are shown: names of Grafana's units. */
export type PanelUnit = 's' | 'bytes' | 'percentunit' | 'short' | 'mps' | 'ops' | 'dateTimeFromNow';

/** A level that matters, drawn as a line or as a color. */
export interface Limit {
  readonly value: number;
  /** What is beyond it: above, unless it says below. */
  readonly isBelow?: boolean | undefined;
}

/** A panel as it is written in the table; place and colors are the generator's business. */
export interface PanelDraft {
  readonly title: string;
  /** What one sees, and from when on it is bad. */
  readonly description: string;
  readonly unit: PanelUnit;
  readonly queries: readonly QueryDraft[];
  /** `number`: the last value alone. Default: lines over time. */
  readonly kind?: 'lines' | 'number' | undefined;
  /** Of 24. Default 8; of a number 4. */
  readonly width?: number | undefined;
  /** Whether lines are laid upon each other. */
  readonly stacked?: boolean | undefined;
  /** The top of the scale, where it is known. */
  readonly max?: number | undefined;
  readonly limits?: readonly Limit[] | undefined;
  /** The page that says what to do: `tradewind-bus-down.md`. */
  readonly runbook?: string | undefined;
}

/** A row that can be folded, with what belongs together. */
export interface RowDraft {
  readonly title: string;
  readonly panels: readonly PanelDraft[];
  /** Whether it is folded at first. */
  readonly folded?: boolean | undefined;
}

/** One dashboard. */
export interface DashboardDraft {
  /** Unique and lasting: links go by it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** `fixed`: the stretches of queries are as they stand; `zoom`: Grafana chooses them by what is looked at. */
  readonly stretches: 'fixed' | 'zoom';
  readonly rows: readonly RowDraft[];
}
