import { formatClock, formatCount } from '../view/format.ts';
import { renderLine, span, type StyledLine } from '../view/styled-text.ts';
import { renderTable, type Column } from '../view/table.ts';
import type { FlowLine, RedisAccounts } from './redis-accounts.ts';
import type { Lives } from './supervisor.ts';

/** The report of a demo over Redis: what `--redis --json` prints, described by `schema/demo-report.schema.json`. */
export interface RedisReport {
  readonly schemaVersion: 1;
  readonly mode: 'redis';
  /** Whether the market was stopped before its end. */
  readonly interrupted: boolean;
  readonly market: { readonly seed: number; readonly micros: number };
  readonly redis: {
    readonly private: boolean;
    readonly version: string;
    /** Stream entries at the end; each carries many messages. */
    readonly entries: number;
    readonly memoryBytes: number;
  };
  readonly processes: readonly Lives[];
  readonly performance: { readonly node: string; readonly elapsedMs: number; readonly publishedPerSecond: number };
  readonly accounts: RedisAccounts;
  readonly exitCode: 0 | 1;
}

/** The report for people. */
export function redisReportText(
  report: RedisReport,
  options: { readonly width: number; readonly color: boolean },
): string {
  const { market, redis, performance, processes, accounts } = report;
  const published = accounts.lines.reduce((sum, line) => sum + line.published, 0);
  const lines: readonly StyledLine[] = [
    ...(report.interrupted ? [[span('  The market was stopped before its end.', 'warn')], []] : []),
    [span('  OVER REDIS', 'title')],
    fact('server', `redis ${redis.version}, ${redis.private ? 'private, with an append-only file' : 'from REDIS_URL'}`),
    fact('market time', `${formatClock(market.micros)}, seed ${market.seed}`),
    fact('published', `${formatCount(published)} messages in ${formatCount(redis.entries)} stream entries`),
    fact('elapsed', `${(performance.elapsedMs / 1000).toFixed(2)} s, Node ${performance.node}`),
    ...processes.map((lives) => fact(lives.role, livesText(lives))),
    [],
    [span('  ACCOUNTS', 'title')],
    ...renderTable({ columns: COLUMNS, rows: accounts.lines.map(row), width: options.width }),
    [],
    ...verdict(accounts),
  ];
  return `${lines.map((line) => renderLine(line, options)).join('\n')}\n`;
}

function livesText({ started, ends }: Lives): string {
  return started === 1 ? 'ran through' : `started ${started} times; ended before by ${ends.join(', ')}`;
}

function row({ what, from, to, published, handled, repeated, missing }: FlowLine): readonly string[] {
  return [what, `${from} to ${to}`, ...[published, handled, repeated, missing].map(formatCount)];
}

function verdict({ problems }: RedisAccounts): readonly StyledLine[] {
  if (problems.length === 0) {
    const rule = 'every message that was stored was handled, by the books of both ends.';
    return [[span('  Nothing was lost: ', 'good'), span(rule)]];
  }
  return [[span('  NOT RIGHT:', 'bad')], ...problems.map((problem): StyledLine => [span(`  - ${problem}`, 'bad')])];
}

function fact(name: string, value: string): StyledLine {
  return [span(`  ${name.padEnd(FACT_WIDTH)}`, 'label'), span(value)];
}

const FACT_WIDTH = 16;
const COLUMNS: readonly Column[] = [
  { header: 'flow', align: 'left', rank: 0 },
  { header: 'way', align: 'left', rank: 1 },
  { header: 'published', align: 'right', rank: 0 },
  { header: 'handled', align: 'right', rank: 0 },
  { header: 'repeated', align: 'right', rank: 1 },
  { header: 'missing', align: 'right', rank: 0 },
];
