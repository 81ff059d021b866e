// What learning gains, and what it costs at worst: node --conditions=@tradewind/source eval/run.ts [--only SECTION] [--scenario NAME] [--tuning] [--quick] [--write]
//
// By default on held-out seeds, on which nothing was tuned; with --tuning on the others. With --write the sections that were run are put into
// docs/benchmarks/learned-routing.md, with their pictures.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withSection } from './page.ts';
import { evaluationSection } from './evaluation/section.ts';
import { pathsSection } from './paths/section.ts';
import { patternsSection } from './patterns/section.ts';
import { regimesSection } from './regimes/section.ts';
import { schedulingSection } from './scheduling/section.ts';
import type { EvalSection } from './section.ts';

/** In the order of the page. */
const SECTIONS: readonly EvalSection[] = [
  schedulingSection,
  regimesSection,
  patternsSection,
  pathsSection,
  evaluationSection,
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    scenario: { type: 'string' },
    tuning: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const names = SECTIONS.map(({ name }) => name);
const sections = SECTIONS.filter(({ name }) => values.only === undefined || name === values.only);
if (sections.length === 0) throw new Error(`Expected a section, one of ${names.join(', ')}; got "${values.only}".`);
if (values.write && (values.tuning || values.quick || values.scenario !== undefined)) {
  throw new Error('Expected --write with --only at most: the page shows whole runs on the held-out seeds.');
}

const docs = join(import.meta.dirname, '../../../docs/benchmarks');
const page = join(docs, 'learned-routing.md');
for (const section of sections) {
  const report = await section.evaluate({ ...values, scenario: values.scenario, log: console.log });
  for (const { what, target, measured, reached } of report.targets) {
    console.log(`${section.name}, ${what}: ${measured} (to reach: ${target})${reached ? '' : ' MISSED'}`);
  }
  if (!values.write) continue;
  mkdirSync(docs, { recursive: true });
  writeFileSync(page, withSection(existsSync(page) ? readFileSync(page, 'utf8') : '', section, report, names));
  for (const { name, svg } of report.pictures) writeFileSync(join(docs, name), svg);
}
