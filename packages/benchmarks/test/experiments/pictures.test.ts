import { expect, test } from 'vitest';
import type { Experiment } from '../../src/experiments/experiment.ts';
import { experimentPictures } from '../../src/experiments/pictures.ts';
import { summarize } from '../../src/experiments/verdicts.ts';
import { fingerprint } from '../../src/measuring/fingerprint.ts';

function draw(
  pictures: Experiment['pictures'],
  figures: Readonly<Record<string, readonly Readonly<Record<string, number>>[]>>,
): ReadonlyMap<string, string> {
  const experiment: Experiment = {
    name: 'speed',
    title: 'Speed',
    work: 'Goes.',
    metrics: [],
    contenders: {},
    targets: [],
    pictures,
  };
  const attempts = Object.fromEntries(
    Object.entries(figures).map(([name, rounds]) => [
      name,
      rounds.map((metrics, round) => ({ round, tookMs: 1, metrics })),
    ]),
  );
  const record = {
    result: summarize(experiment, attempts),
    fingerprint: fingerprint(),
    servers: [],
    rounds: 1,
    isQuick: false,
    tookMs: 1,
  };
  return experimentPictures([experiment], { recorded: [record] }).get('speed') ?? new Map();
}

/** The points of each curve, in pixels. */
function curves(svg: string): readonly (readonly (readonly number[])[])[] {
  return [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => point.split(',').map(Number)),
  );
}

test('bars are as long as the medians, with whiskers from the least to the greatest round', () => {
  const drawn = draw([{ kind: 'bars', metric: 'bytesPerMessage', without: ['giant'] }], {
    giant: [{ bytesPerMessage: 1e9 }],
    ours: [{ bytesPerMessage: 50 }, { bytesPerMessage: 100 }, { bytesPerMessage: 60 }],
    theirs: [{ bytesPerMessage: 120 }],
    without: [{ other: 1 }],
  });
  expect([...drawn.keys()]).toEqual(['speed-bytes-per-message.svg']);
  const svg = drawn.get('speed-bytes-per-message.svg') ?? '';
  const widths = [...svg.matchAll(/<rect x="200" [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(widths).toEqual([210, 420]);
  // From 50 to 100 of 120, over 420 pixels from 200 on.
  expect(svg).toContain('<line x1="375" y1="57" x2="550" y2="57"');
  expect(svg).not.toContain('without');
});

test('percentiles are points of a curve; a contender without them has none', () => {
  const svg = draw([{ kind: 'percentiles', prefix: 'intended' }], {
    ours: [{ intendedP50Us: 10, intendedP90Us: 100, intendedP99Us: 1000, p50Us: 1 }],
    theirs: [{ p50Us: 10 }],
  }).get('speed-percentiles.svg');
  const [curve = [], ...others] = curves(svg ?? '');
  expect(others).toEqual([]);
  // 50 % lies at 2 of 1 to 100, both axes are logarithmic, and the slowest percentile is at the top on the right.
  expect(curve).toEqual([
    [80 + Math.round(4800 * Math.log10(2) * 0.5) / 10, 360].map((value) => expect.closeTo(value, 0) as number),
    [320, 206],
    [560, 52],
  ]);
});

test('scaling shows what there is beside what proportion would give', () => {
  const picture = {
    kind: 'scaling',
    metric: 'rate',
    over: 'workers',
    places: { '1 worker': 1, '2 workers': 2, '50 workers': 50 },
  } as const;
  const svg = draw([picture], {
    '50 workers': [{ rate: 25 }],
    '1 worker': [{ rate: 1 }],
    scaled: [{ rate: 70 }],
  }).get('speed-scaling.svg');
  const [measured, ideal] = curves(svg ?? '');
  expect(measured?.at(-1)).toEqual([560, 206]);
  expect(ideal?.at(-1)).toEqual([560, 52]);
});

test('what has no figures has no picture', () => {
  const kinds = [{ kind: 'bars', metric: 'rate' } as const, { kind: 'percentiles' } as const];
  expect(draw(kinds, { ours: [{ other: 1 }] }).size).toBe(0);
});
