/** A figure, and whether it is as good as it should be. */
export interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly reached: boolean;
}

/** How much is evaluated. */
export interface SectionOptions {
  /** The seeds on which choices are made, instead of those of the page, on which nothing was tuned. */
  readonly tuning: boolean;
  /** One seed and short runs: shows that everything works. */
  readonly quick: boolean;
  /** One load of the section by its name; undefined: all. */
  readonly scenario: string | undefined;
  /** A line for people while it runs. */
  readonly log: (line: string) => void;
}

/** What a section of the page says. */
export interface SectionReport {
  readonly targets: readonly Target[];
  /** Markdown below the table of targets; headings from level 3 on. */
  readonly body: string;
  /** Pictures that the body shows, by file name in docs/benchmarks. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[];
}

/** The evaluation of one part of the package: simulators, labelled sets, baselines and figures. */
export interface EvalSection {
  /** As given to `--only`. */
  readonly name: string;
  readonly title: string;
  evaluate(options: SectionOptions): Promise<SectionReport>;
}

/** Those of this name; all where none is given. @throws Error where no scenario has the name. */
export function scenariosNamed<Scenario extends { readonly name: string }>(
  all: readonly Scenario[],
  name: string | undefined,
): readonly Scenario[] {
  const found = all.filter((each) => name === undefined || each.name === name);
  if (found.length > 0) return found;
  throw new Error(`Expected a scenario, one of ${all.map((each) => each.name).join(', ')}; got "${name}".`);
}
