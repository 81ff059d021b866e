import { HdrHistogram } from '../measuring/histogram.ts';
import type { CompressionResult } from '../profiling/compression.ts';
import type { ConfigurationProfiles, ConfigurationResult } from '../profiling/profile-configurations.ts';
import { formatFigure, formatNumber } from './format-figure.ts';
import { environmentLine } from './markdown.ts';
import { percentileCurves } from './pictures.ts';
import { resourcePicture } from './resource-picture.ts';

const GROUPS = [
  {
    group: 'workers',
    title: 'Workers',
    text: 'Handlers that wait, as one does that asks a database; latency counts until the handler is done.',
  },
  {
    group: 'flush',
    title: 'Flush interval',
    text: 'Synchronous handlers; NORMAL messages wait up to the interval to go in a batch.',
  },
] as const;
const HEADS = ['', 'offered', 'achieved', 'P50', 'P99', 'CPU for 1,000 messages', 'heap at most', 'event loop busy'];
const COMPRESSION_HEADS = [
  'compression',
  'offered',
  'P50',
  'P99',
  'CPU for 1,000 messages',
  'bytes to the server',
  'bytes from the server',
  'bytes in its memory',
];
const BYTES_PER_MB = 1e6;
const PER_THOUSAND = 1000;
const PERCENT = 100;

/** The rows of a table, heads first: what each configuration reached, and what it took. */
export function configurationRows(configurations: readonly ConfigurationResult[]): readonly (readonly string[])[] {
  const rows = configurations.map(({ name, result }) => {
    const { offeredPerSecond, achievedPerSecond, metrics, resources, receipts, problems } = result;
    if (problems.length > 0) return [name, `wrong: ${problems.join('; ')}`, ...HEADS.slice(2).map(() => '')];
    const cpuMs = (resources.cpuUserMs + resources.cpuSystemMs) / receipts.sent;
    return [
      name,
      formatFigure('offeredPerSecond', offeredPerSecond),
      formatFigure('achievedPerSecond', achievedPerSecond),
      formatFigure('p50Us', metrics['p50Us'] ?? Number.NaN),
      formatFigure('p99Us', metrics['p99Us'] ?? Number.NaN),
      formatFigure('cpuMs', cpuMs * PER_THOUSAND),
      formatFigure('heapMb', resources.heapUsedPeakBytes / BYTES_PER_MB),
      `${formatNumber(PERCENT * resources.eventLoopUtilization)} %`,
    ];
  });
  return [HEADS, ...rows];
}

/** The rows of the table of compressions, heads first: latency from the intended time, and what a message cost on all sides. */
export function compressionRows(compressions: readonly CompressionResult[]): readonly (readonly string[])[] {
  const rows = compressions.map(({ name, metrics, problem }) => {
    if (problem !== undefined) {
      return [name, `not measured: ${problem.replaceAll('\n', ' ')}`, ...COMPRESSION_HEADS.slice(2).map(() => '')];
    }
    const figure = (metric: string): number => metrics[metric] ?? Number.NaN;
    return [
      name,
      formatFigure('offeredPerSecond', figure('offeredPerSecond')),
      formatFigure('p50Us', figure('intendedP50Us')),
      formatFigure('p99Us', figure('intendedP99Us')),
      // Microseconds for one are milliseconds for a thousand.
      formatFigure('cpuMs', figure('cpuUsPerMessage')),
      formatNumber(figure('bytesInPerMessage')),
      formatNumber(figure('bytesOutPerMessage')),
      formatNumber(figure('memoryPerMessage')),
    ];
  });
  return [COMPRESSION_HEADS, ...rows];
}

/** The page of all configurations: a table and two pictures a question. */
export function configurationPage({ fingerprint, configurations, compressions }: ConfigurationProfiles): string {
  return [
    '# Profiles across configurations',
    '',
    'Written by `npm run bench -- configurations --write`; do not edit. How it is measured: [method.md](method.md). Each configuration of',
    '`BufferedMessageBusClient` is under its load for two seconds, in a process of its own, after as long a warm-up. Pacing takes place in that',
    'process and does not sleep: nearly all of its CPU time, and a busy event loop, are those of the pacing.',
    '',
    environmentLine(fingerprint),
    '',
    ...GROUPS.flatMap(({ group, title, text }) => {
      const own = configurations.filter((configuration) => configuration.group === group);
      return [
        `## ${title}`,
        '',
        text,
        '',
        ...markdownTable(configurationRows(own)),
        '',
        `![${title}: latency by percentile](configurations/${group}-percentiles.svg)`,
        '',
        `![${title}: resources over time](configurations/${group}-resources.svg)`,
        '',
      ];
    }),
    '## Compression',
    '',
    'The client over Redis, producer, consumer and server in processes of their own: quotes of 190 bytes for four seconds, in packets, one each millisecond.',
    'Latency counts from the intended time to the handler; CPU time is that of all three; bytes are those of a message.',
    '',
    ...markdownTable(compressionRows(compressions)),
    '',
  ].join('\n');
}

function markdownTable([heads = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  const ruler = heads.map((_, column) => (column === 0 ? '---' : '---:'));
  return [lineOf(heads), `|${ruler.join('|')}|`, ...rows.map((row) => lineOf(row))];
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Two pictures a question by file name: latency percentiles, and CPU, event loop and memory over time. */
export function configurationPictures({ configurations }: ConfigurationProfiles): ReadonlyMap<string, string> {
  const drawn = new Map<string, string>();
  for (const { group, title } of GROUPS) {
    const own = configurations.filter((configuration) => configuration.group === group);
    const histograms = own
      .map(({ name, result }, index) => ({ name, index, histogram: HdrHistogram.fromJSON(result.latency) }))
      .filter(({ histogram }) => histogram.count > 0);
    if (histograms.length > 0) drawn.set(`${group}-percentiles.svg`, percentileCurves(title, histograms));
    const courses = own.map(({ name, result }, index) => ({ name, index, curve: result.resources.curve }));
    drawn.set(`${group}-resources.svg`, resourcePicture(`${title}: resources over time`, courses));
  }
  return drawn;
}
