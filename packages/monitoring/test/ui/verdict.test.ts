import { describe, expect, test } from 'vitest';
import { verdictOf, type VerdictInput } from '../../ui/src/state/verdict.ts';
import { alertOf, alertsOf, componentOf, frameOf, healthOf } from './support/frames.ts';

const well: VerdictInput = { link: 'live', frame: frameOf(), alerts: alertsOf(), health: healthOf() };

describe('the verdict', () => {
  test('is good where nothing fires and everything is up', () => {
    expect(verdictOf(well)).toMatchObject({ level: 'good', headline: 'All is well', causes: [], more: 0 });
  });

  test('is none before the first numbers, and when they are old', () => {
    expect(verdictOf({ ...well, frame: undefined }).level).toBe('none');
    expect(verdictOf({ ...well, link: 'lost', alerts: alertsOf(alertOf()) }).level).toBe('none');
    expect(verdictOf({ ...well, link: 'stale' }).level).toBe('none');
    expect(verdictOf({ ...well, link: 'connecting' }).level).toBe('none');
  });

  test('is as serious as the worst alert, which comes first, with where to look', () => {
    const alerts = alertsOf(alertOf({ id: 'w', severity: 'warning' }), alertOf({ id: 'c/1' }));
    const { level, causes } = verdictOf({ ...well, alerts });
    expect(level).toBe('critical');
    expect(causes.map(({ href }) => href)).toEqual(['#/alerts/c%2F1', '#/alerts/w']);
  });

  test.each([
    ['information', { severity: 'info' }],
    ['silenced', { silencedBy: 's1' }],
    ['explained by another', { inhibitedBy: 'BusDown' }],
    ['pending', { state: 'pending' }],
    ['over', { state: 'resolved' }],
    ['of another bus', { labels: { bus: 'ledger' } }],
  ] as const)('leaves an alert out that is %s', (_why, over) => {
    expect(verdictOf({ ...well, alerts: alertsOf(alertOf(over)) }).level).toBe('good');
  });

  test('an acknowledged alert still counts, and says that somebody looks after it', () => {
    const { causes } = verdictOf({ ...well, alerts: alertsOf(alertOf({ state: 'acknowledged' })) });
    expect(causes[0]?.text).toBe('A lane is full. (acknowledged)');
  });

  test('names the components that are ill themselves, not those above them', () => {
    const redis = componentOf({ name: 'redis', component: 'transports/redis', status: 'down', reason: 'refused' });
    const group = componentOf({ name: 'transports', component: 'transports', status: 'degraded', parts: [redis] });
    const health = healthOf(componentOf({ status: 'degraded', parts: [group] }));
    const { level, causes } = verdictOf({ ...well, frame: frameOf({ status: 'degraded' }), health });
    expect([level, causes.map(({ text }) => text)]).toEqual(['critical', ['transports/redis is down: refused']]);
  });

  test('a bus that is down needs somebody, also where no alert is installed', () => {
    expect(verdictOf({ ...well, frame: frameOf({ status: 'down' }), alerts: undefined }).level).toBe('critical');
  });

  test('names four causes, and counts the rest', () => {
    const alerts = alertsOf(...Array.from({ length: 6 }, (_, at) => alertOf({ id: `${at}` })));
    const { causes, more } = verdictOf({ ...well, alerts });
    expect([causes.length, more]).toEqual([4, 2]);
  });
});
