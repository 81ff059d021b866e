import type { EvalSection, SectionReport } from './section.ts';

/** The page with one section put in place of what it said before; the others stay as they are. `page` may be empty. */
export function withSection(
  page: string,
  section: EvalSection,
  report: SectionReport,
  order: readonly string[],
): string {
  const sections = new Map(readSections(page));
  sections.set(section.name, renderSection(section, report));
  const rendered = order.flatMap((name) => {
    const text = sections.get(name);
    return text === undefined ? [] : [`${begin(name)}\n${text}\n${END}\n`];
  });
  return [HEAD, ...rendered].join('\n');
}

function renderSection({ name, title }: EvalSection, { targets, body }: SectionReport): string {
  const reached = targets.filter((each) => each.reached).length;
  return [
    '',
    `## ${title}`,
    '',
    `Written by \`${COMMAND} --only ${name} --write\`. Targets reached: ${reached} of ${targets.length}.`,
    '',
    '| figure | to reach | measured | |',
    '|---|---|---|---|',
    ...targets.map(
      (each) => `| ${each.what} | ${each.target} | ${each.measured} | ${each.reached ? 'reached' : '**missed**'} |`,
    ),
    '',
    body.trim(),
    '',
  ].join('\n');
}

function readSections(page: string): readonly (readonly [name: string, text: string])[] {
  return [...page.matchAll(SECTION)].map(([, name = '', text = '']) => [name, text] as const);
}

function begin(name: string): string {
  return `<!-- section: ${name} -->`;
}

const END = '<!-- end of section -->';
const SECTION = /<!-- section: ([a-z-]+) -->\n([\s\S]*?)\n<!-- end of section -->/gu;
const COMMAND = 'npm run exec -- node --conditions=@tradewind/source packages/ml-routing/eval/run.ts';
const HEAD = `# What learned routing gains

Every part of \`@tradewind/ml-routing\` on loads and labelled sets that were written for it, beside baselines, on seeds on which nothing was tuned. Each section is written by
the command that it names; do not edit. Nothing here is timed: the same figures come out on every machine. Nanoseconds a decision: \`npm run bench -- ml-routing\`.
`;
