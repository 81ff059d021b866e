import type { MetricLabels } from '@tradewind/core-types';

/** The labels `bus` and `part` that all series of a source have. They come first, and win over the source's own of the same name. */
export class SharedLabels {
  readonly #labels: MetricLabels;
  readonly #pairs: string;

  constructor(labels: MetricLabels) {
    this.#labels = labels;
    this.#pairs = Object.entries(labels)
      .map(([name, value]) => `${name}="${escaped(value)}"`)
      .join(',');
  }

  /** All labels of a series. */
  readonly mergedWith = (own: MetricLabels): MetricLabels => ({ ...this.#labels, ...own, ...this.#labels });

  /**
   * `{a="1",b="2"}`, or nothing: backslashes, quotes and line ends escaped as the text format of Prometheus wants it. Joined, because a text that is put
   * together bit by bit stays a tree of its bits: three times the memory, and walked anew each time it is written.
   */
  textWith(own: MetricLabels): string {
    const bits = ['{', this.#pairs];
    let separator = this.#pairs === '' ? '' : ',';
    for (const name in own) {
      if (Object.hasOwn(this.#labels, name)) continue;
      bits.push(separator, name, '="', escaped(own[name] as string), '"');
      separator = ',';
    }
    if (separator === '') return '';
    bits.push('}');
    return bits.join('');
  }
}

/** The text of labels, as `textWith` makes it of those of a source. */
export function labelText(labels: MetricLabels): string {
  return NONE.textWith(labels);
}

function escaped(value: string): string {
  return /["\\\n]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value;
}

const NONE = new SharedLabels({});
