import { formatFigure, formatNumber } from '../output/format-figure.ts';
import { percentileChart } from '../output/percentile-chart.ts';
import { barChart } from '../output/svg/bar-chart.ts';
import { lineChart, PLOT } from '../output/svg/line-chart.ts';
import { linearScale } from '../output/svg/scale.ts';
import type { Experiment, ExperimentPicture } from './experiment.ts';
import type { ExperimentReport } from './report.ts';
import type { ContenderResult, ExperimentResult } from './verdicts.ts';

type Bars = Extract<ExperimentPicture, { readonly kind: 'bars' }>;
type Scaling = Extract<ExperimentPicture, { readonly kind: 'scaling' }>;

/** A contender with the place that gives it its colour: the same in all pictures of its experiment. */
interface Entrant {
  readonly contender: ContenderResult;
  readonly index: number;
}

/**
 * The pictures of a report by the name of their experiment and then by file name, from the medians of the rounds. What is to be drawn is for the
 * experiments to say, so that results that are stored can be drawn again; one without any figures has no picture.
 */
export function experimentPictures(
  experiments: readonly Experiment[],
  { recorded }: ExperimentReport,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const drawn = new Map<string, ReadonlyMap<string, string>>();
  for (const { result } of recorded) {
    const { pictures = [] } = experiments.find(({ name }) => name === result.name) ?? {};
    const files = pictures.flatMap((picture) => {
      const svg = draw(result, picture);
      return svg === undefined ? [] : [[`${result.name}-${suffixOf(picture)}.svg`, svg] as const];
    });
    if (files.length > 0) drawn.set(result.name, new Map(files));
  }
  return drawn;
}

function suffixOf(picture: ExperimentPicture): string {
  if (picture.kind !== 'bars') return picture.kind;
  return picture.metric.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function draw(result: ExperimentResult, picture: ExperimentPicture): string | undefined {
  switch (picture.kind) {
    case 'bars':
      return bars(result, picture);
    case 'percentiles':
      return percentiles(result, picture.prefix ?? '');
    case 'scaling':
      return scaling(result, picture);
  }
}

function entrantsWith({ contenders }: ExperimentResult, metric: string): readonly (Entrant & { value: number })[] {
  return contenders.flatMap((contender, index) => {
    const value = contender.medians[metric];
    return value === undefined ? [] : [{ contender, index, value }];
  });
}

function bars(result: ExperimentResult, { metric, without = [] }: Bars): string | undefined {
  const entrants = entrantsWith(result, metric).filter(({ contender }) => !without.includes(contender.contender));
  const drawn = entrants.map(({ contender: { contender: name, ranges }, index, value }) => ({
    name,
    value,
    low: ranges?.[metric]?.least ?? value,
    high: ranges?.[metric]?.greatest ?? value,
    index,
    label: formatFigure(metric, value),
  }));
  return drawn.length === 0 ? undefined : barChart(`${result.title}: ${metric}`, drawn);
}

function percentiles({ title, contenders }: ExperimentResult, prefix: string): string | undefined {
  const entrants = contenders.map(({ contender: name, medians: metrics }, index) => ({ name, index, metrics }));
  return percentileChart(`${title}: by percentile`, entrants, prefix);
}

/** The figures over their places, and what they would be if twice as much of the one gave twice as much of the other. */
function scaling(result: ExperimentResult, { metric, over, places }: Scaling): string | undefined {
  const points = entrantsWith(result, metric)
    .flatMap(({ contender: { contender }, value }) => {
      const place = places[contender];
      return place === undefined ? [] : [[place, value] as const];
    })
    .toSorted(([one], [other]) => one - other);
  const [first] = points;
  if (first === undefined || points.length < 2) return undefined;
  const [from, least] = first;
  const ideal = points.map(([place]) => [place, (least * place) / from] as const);
  const greatest = Math.max(...[...points, ...ideal].map(([, value]) => value));
  return lineChart({
    title: `${result.title}: ${metric}`,
    curves: [
      { name: 'measured', points, index: 0 },
      { name: 'in proportion to the first', points: ideal, index: 11 },
    ],
    x: linearScale({ from: 0, to: Math.max(...points.map(([place]) => place)), start: PLOT.left, end: PLOT.right }),
    y: linearScale({ from: 0, to: greatest, start: PLOT.bottom, end: PLOT.top }),
    xName: over,
    yName: metric,
    xText: (tick) => formatNumber(tick),
    yText: (tick) => formatNumber(tick),
  });
}
