import { describe, expect, test } from 'vitest';
import { createMonitoring } from '../../src/index.ts';
import { samples, scraped, source } from '../support/sources.ts';
import { Recorder } from '../support/recorder.ts';

describe('a scrape', () => {
  test('goes on when a source throws, says so once and counts each time', async () => {
    const logger = new Recorder();
    const broken = source((into) => {
      into.counter('tradewind_test_before_total', 1);
      throw new Error('no');
    });
    const parts = { broken, fine: source((into) => into.gauge('tradewind_test_fine', 2)) };
    await using monitoring = createMonitoring({ bus: {}, process: false, parts, logger });
    await scraped(monitoring);
    const found = samples(await scraped(monitoring));
    expect(found.get('tradewind_test_before_total{bus="bus",part="broken"}')).toBe(1);
    expect(found.get('tradewind_test_fine{bus="bus",part="fine"}')).toBe(2);
    expect(found.get('tradewind_monitoring_source_failures_total{bus="bus",source="broken"}')).toBe(1);
    expect(logger.events).toEqual(['monitoring.source-failed']);
  });

  test('leaves out what no Prometheus could read, and counts it', async () => {
    const bus = source((into) => {
      into.counter('not a name', 1);
      into.gauge('tradewind_test_label', 1, { 'not a label': 'x' });
      into.gauge('tradewind_test_kind', 1);
      into.counter('tradewind_test_kind', 1, { as: 'counter' });
      into.gauge('tradewind_test_quoted', 1, { text: 'a "b"\\\n' });
      into.gauge('tradewind_test_number', Number.NaN);
    });
    await using monitoring = createMonitoring({ bus, process: false });
    await scraped(monitoring);
    const text = await scraped(monitoring);
    expect(text).not.toContain('# TYPE not a');
    expect(text).not.toContain('not a label');
    expect(text).toContain('tradewind_test_kind{bus="bus"} 1\n');
    expect(text).not.toContain('as="counter"');
    expect(text).toContain('tradewind_test_quoted{bus="bus",text="a \\"b\\"\\\\\\n"} 1\n');
    expect(text).toContain('tradewind_test_number{bus="bus"} NaN\n');
    const failures = [...samples(text).keys()].filter((name) =>
      name.startsWith('tradewind_monitoring_source_failures'),
    );
    expect(failures).toHaveLength(3);
  });

  test('a series that is no longer written is gone, and may come back', async () => {
    let there = true;
    const bus = source((into) => {
      if (there) into.gauge('tradewind_test_sometimes', 1);
      into.gauge('tradewind_test_always', 1);
    });
    await using monitoring = createMonitoring({ bus, process: false });
    const name = 'tradewind_test_sometimes{bus="bus"} 1\n';
    expect(await scraped(monitoring)).toContain(name);
    there = false;
    expect(await scraped(monitoring)).not.toContain('sometimes');
    there = true;
    expect(await scraped(monitoring)).toContain(name);
    expect(await scraped(monitoring)).toContain(name);
  });

  test('two that ask at once get one scrape', async () => {
    let reads = 0;
    const bus = source(() => {
      reads += 1;
    });
    await using monitoring = createMonitoring({ bus });
    await Promise.all([monitoring.scrape(), monitoring.scrape(), monitoring.scrape()]);
    expect(reads).toBe(1);
  });

  test('the labels bus and part are those of who registered the source', async () => {
    const bus = source((into) => into.gauge('tradewind_test_forged', 1, { bus: 'another', lane: 'LOW' }));
    await using monitoring = createMonitoring({ bus, name: 'own' });
    expect(await scraped(monitoring)).toContain('tradewind_test_forged{bus="own",lane="LOW"} 1\n');
  });

  test('a source that makes up names does not fill the memory', async () => {
    let scrape = 0;
    const bus = source((into) => {
      scrape += 1;
      for (let at = 0; at < 1_000; at += 1) into.gauge(`tradewind_test_${scrape}_${at}`, 1);
    });
    await using monitoring = createMonitoring({ bus, process: false, maxSeries: 100_000 });
    for (let at = 0; at < 5; at += 1) await monitoring.scrape();
    expect([...monitoring.families()].length).toBeLessThan(1_010);
  });

  test('refuses what cannot be options, with every issue', () => {
    const wrong = { bus: {}, level: 'LOUD' as 'DEBUG', maxSeries: 3, maxSeriesPerFamily: 0, name: '' };
    const issues = ['level', 'maxSeries', 'maxSeriesPerFamily', 'name'].map((path) =>
      expect.objectContaining({ path }),
    );
    expect(() => createMonitoring(wrong)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', issues }) as Error,
    );
  });
});
